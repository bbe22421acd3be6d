package main

import (
	"database/sql"
	"fmt"
	"log"
	"net/http"
	"os"

	_ "github.com/mattn/go-sqlite3"
)

func main() {
	database, err := sql.Open("sqlite3", "visits.db")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := database.Exec("create table if not exists visit (at integer)"); err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		var version string
		if err := database.QueryRow("select sqlite_version()").Scan(&version); err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		fmt.Fprintln(w, "Hello from go-sqlite", version)
	})
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
