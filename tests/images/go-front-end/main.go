package main

import (
	"embed"
	"io/fs"
	"log"
	"net/http"
	"os"
)

//go:embed all:web/dist
var files embed.FS

func main() {
	site, err := fs.Sub(files, "web/dist")
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), http.FileServerFS(site)))
}
