package plugpacks

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestWhatAnErrorWrapsIsItsCause(t *testing.T) {
	inner := &Failure{Message: "Error reading a.toml", Causes: []string{"no key"}, Hint: "Add it"}
	failure := failureOf(fmt.Errorf("cannot plan: %w", inner))
	if failure.Message != "cannot plan" || failure.Hint != "Add it" {
		t.Fatal(failure)
	}
	if !slices.Equal(failure.Causes, []string{"Error reading a.toml", "no key"}) {
		t.Fatal(failure.Causes)
	}
	if failureOf(inner) != inner || failureOf(errors.New("no")).Message != "no" {
		t.Fatal("an error is its own message")
	}
}

func TestAPanicTellsItsPlace(t *testing.T) {
	var failure *Failure
	func() {
		defer func() { failure = panicked(recover()) }()
		var nothing map[string]int
		nothing["a"] = 1
	}()
	if !strings.Contains(failure.Message, "nil map") || !strings.Contains(failure.Causes[0], "failure_test.go:") {
		t.Fatal(failure)
	}
}
