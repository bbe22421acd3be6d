package main

import (
	"cmp"
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(response http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(response, "Hello from go-http")
	})
	address := "0.0.0.0:" + cmp.Or(os.Getenv("PORT"), "3000")
	log.Printf("listening on %s", address)
	log.Fatal(http.ListenAndServe(address, nil))
}
