// A third-party provider, in Go: Raku scripts.
package main

import plugpacks "github.com/plugpacks/plugpacks/sdk/go"

// mainScripts are taken for the app's main one, in order of preference.
var mainScripts = []string{"main.raku", "server.raku"}

// raku is the provider of Raku scripts.
type raku struct{}

func init() { plugpacks.Register(raku{}) }

func main() {}

func (raku) Describe(edition string) plugpacks.Description {
	description := plugpacks.Description{
		Name:    "raku",
		Version: "0.1.0",
		Summary: "Raku scripts",
		Variables: []plugpacks.Variable{
			{Name: "NIXPACKS_RAKU_MAIN", Summary: "The script that is started, instead of main.raku or server.raku"},
		},
	}
	for _, script := range mainScripts {
		description.Markers = append(description.Markers, plugpacks.File(script))
	}
	return description
}

func (raku) Detect(context *plugpacks.Context) (bool, error) {
	script, err := context.App.FirstFile(mainScripts...)
	return script != "", err
}

func (raku) Plan(context *plugpacks.Context) (*plugpacks.PartialPlan, error) {
	script, reason, err := mainScript(context)
	if err != nil {
		return nil, err
	}
	plan := &plugpacks.PartialPlan{
		Phases: []plugpacks.Phase{{Name: "setup", AptPackages: plugpacks.Exactly("rakudo")}},
	}
	if script != "" {
		context.Diagnostics.Because("Raku script", script+", "+reason)
		plan.Start = plugpacks.StartCommand("raku " + script)
	}
	return plan, nil
}

// mainScript is the script that is started, and why that one; empty if there is none.
func mainScript(context *plugpacks.Context) (script, reason string, err error) {
	if named, isNamed := context.Environment.Config("RAKU_MAIN"); isNamed {
		return named, "from NIXPACKS_RAKU_MAIN", nil
	}
	script, err = context.App.FirstFile(mainScripts...)
	return script, "which is there", err
}
