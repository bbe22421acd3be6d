// Package greeting knows how to greet.
package greeting

// Text is what is said to everybody.
const Text = "Hello from go-cmd"
