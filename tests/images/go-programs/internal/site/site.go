// Package site answers requests.
package site

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

// Serve answers requests.
func Serve() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "Hello from go-programs") })
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
