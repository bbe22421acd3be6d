package main

import (
	"testing"

	"github.com/plugpacks/plugpacks/sdk/go/plugpackstest"
)

func TestTheMainScriptIsStarted(t *testing.T) {
	app := plugpackstest.New().File("server.raku", "").File("main.raku", "")
	if recognised, err := app.Detect(raku{}); !recognised || err != nil {
		t.Fatal(recognised, err)
	}
	check(t, app, "raku main.raku")
}

func TestAVariableNamesAnotherScript(t *testing.T) {
	check(t, plugpackstest.New().File("main.raku", "").With("NIXPACKS_RAKU_MAIN", "web.raku"), "raku web.raku")
}

func TestOtherAppsAreNotRaku(t *testing.T) {
	if recognised, err := plugpackstest.New().File("lib/main.raku", "").Detect(raku{}); recognised || err != nil {
		t.Fatal(recognised, err)
	}
}

func check(t *testing.T, app *plugpackstest.App, command string) {
	t.Helper()
	plan, err := app.Plan(raku{})
	if err != nil {
		t.Fatal(err)
	}
	if plan.Start.Command != command {
		t.Fatal(plan.Start.Command)
	}
}
