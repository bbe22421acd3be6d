package main

import (
	"log"
	"net/http"
	"os"

	"example.com/go-templ/pages"
	"github.com/a-h/templ"
)

func main() {
	http.Handle("/", templ.Handler(pages.Hello("go-templ")))
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
