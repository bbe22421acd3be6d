package main

import "fmt"

func main() { fmt.Println("reports once, and ends") }
