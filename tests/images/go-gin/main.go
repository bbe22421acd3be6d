package main

import "github.com/gin-gonic/gin"

func main() {
	router := gin.Default()
	router.GET("/", func(c *gin.Context) { c.String(200, "Hello from go-gin, %s", gin.Mode()) })
	router.Run()
}
