package main

import (
	"cmp"
	"fmt"
	"log"
	"net/http"
	"os"

	"example.com/go-cmd/greeting"
)

func main() {
	http.HandleFunc("/", func(response http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(response, greeting.Text)
	})
	log.Fatal(http.ListenAndServe("0.0.0.0:"+cmp.Or(os.Getenv("PORT"), "8080"), nil))
}
