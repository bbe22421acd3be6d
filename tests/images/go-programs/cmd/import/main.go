package main

import "fmt"

func main() { fmt.Println("imports once, and ends") }
