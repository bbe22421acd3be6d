package main

import "example.com/go-programs/internal/site"

func main() { site.Serve() }
