// A Plugpacks provider: newlang.
package main

import plugpacks "github.com/plugpacks/plugpacks/sdk/go"

// mainFile is what makes an app this provider's.
const mainFile = "main.newlang"

type provider struct{}

func init() { plugpacks.Register(provider{}) }

func main() {}

func (provider) Describe(edition string) plugpacks.Description {
	return plugpacks.Description{
		Name:    "newlang",
		Version: "0.1.0",
		Summary: "Scripts in newlang",
		Markers: []plugpacks.Marker{plugpacks.File(mainFile)},
	}
}

func (provider) Detect(context *plugpacks.Context) (bool, error) {
	return context.App.HasFile(mainFile)
}

func (provider) Plan(context *plugpacks.Context) (*plugpacks.PartialPlan, error) {
	return &plugpacks.PartialPlan{
		Phases: []plugpacks.Phase{{Name: "setup", AptPackages: plugpacks.Exactly("newlang")}},
		Start:  plugpacks.StartCommand("newlang " + mainFile),
	}, nil
}
