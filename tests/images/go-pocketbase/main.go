package main

import (
	"log"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/core"
)

func main() {
	app := pocketbase.New()
	app.OnServe().BindFunc(func(serve *core.ServeEvent) error {
		serve.Router.GET("/", func(e *core.RequestEvent) error { return e.String(200, "Hello from go-pocketbase") })
		return serve.Next()
	})
	if err := app.Start(); err != nil {
		log.Fatal(err)
	}
}
