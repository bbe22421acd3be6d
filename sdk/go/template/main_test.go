package main

import (
	"testing"

	"github.com/plugpacks/plugpacks/sdk/go/plugpackstest"
)

func TestAnAppIsRecognised(t *testing.T) {
	recognised, err := plugpackstest.New().File(mainFile, "").Detect(provider{})
	if !recognised || err != nil {
		t.Fatal(recognised, err)
	}
	recognised, err = plugpackstest.New().File("other", "").Detect(provider{})
	if recognised || err != nil {
		t.Fatal(recognised, err)
	}
}

func TestTheMainFileIsStarted(t *testing.T) {
	plan, err := plugpackstest.New().File(mainFile, "").Plan(provider{})
	if err != nil || plan.Start.Command != "newlang "+mainFile {
		t.Fatal(plan, err)
	}
}
