// A provider in Go that does what the app's file `behaviour` says.
package main

import (
	"errors"
	"strconv"
	"strings"
	"time"

	plugpacks "github.com/plugpacks/plugpacks/sdk/go"
)

type gopher struct{}

func init() { plugpacks.Register(gopher{}) }

func main() {}

func (gopher) Describe(string) plugpacks.Description {
	return plugpacks.Description{
		Name: "gopher", Version: "1.2.3", Summary: "Größe 世界",
		Markers: []plugpacks.Marker{plugpacks.Directory("nowhere"), plugpacks.Anywhere("**/*.go"), plugpacks.File("behaviour")},
	}
}

func (gopher) Detect(context *plugpacks.Context) (bool, error) {
	return context.App.HasFile("behaviour")
}

// behaviours are what Plan does, by name.
var behaviours = map[string]func(*plugpacks.Context) (*plugpacks.PartialPlan, error){
	"ask": ask,
	"copy": func(context *plugpacks.Context) (*plugpacks.PartialPlan, error) {
		return context.Catalog.PlanOf("node")
	},
	"decline": func(*plugpacks.Context) (*plugpacks.PartialPlan, error) { return nil, nil },
	"fail": func(context *plugpacks.Context) (*plugpacks.PartialPlan, error) {
		_, err := context.App.ReadText("gone")
		return nil, errors.Join(err)
	},
	"panic": func(*plugpacks.Context) (*plugpacks.PartialPlan, error) {
		var nothing []string
		return plan(nothing[3]), nil
	},
	"read":  read,
	"sleep": sleep,
	"calls": func(context *plugpacks.Context) (*plugpacks.PartialPlan, error) {
		for range 5_000_000 {
			context.Environment.Edition()
		}
		return plan("called"), nil
	},
}

func (gopher) Plan(context *plugpacks.Context) (*plugpacks.PartialPlan, error) {
	behaviour, err := context.App.ReadText("behaviour")
	if err != nil {
		return nil, err
	}
	return behaviours[behaviour](context)
}

func plan(command string) *plugpacks.PartialPlan {
	return &plugpacks.PartialPlan{
		Phases: []plugpacks.Phase{{Name: "setup", AptPackages: plugpacks.Exactly("gopher")}},
		Start:  plugpacks.StartCommand(command),
	}
}

// ask calls every import, and plans what came of it.
func ask(context *plugpacks.Context) (*plugpacks.PartialPlan, error) {
	var answers []string
	add := func(answer string) { answers = append(answers, answer) }
	app, environment := context.App, context.Environment
	add(app.Name())
	kind, _ := app.Entry("src")
	add("entry " + strconv.Itoa(int(kind)))
	executable, _ := app.IsExecutable("behaviour")
	add("executable " + strconv.FormatBool(executable))
	text, _ := app.ReadText("src/größe.txt")
	add(text)
	files, _ := app.FindFiles("**/*.txt")
	add(strings.Join(files, ","))
	directories, _ := app.FindDirectories("*")
	add(strings.Join(directories, ","))
	occurrence, _ := app.Search("**/*.txt", "(world)|(世界)")
	add(occurrence.Path + " " + strconv.FormatBool(occurrence.Groups[1] == nil) + " " + *occurrence.Groups[2])
	_, err := app.Search("[", "x")
	add(err.Error())
	_, err = app.ReadText("../secret")
	add(err.Error())
	value, isSet := environment.Get("GIVEN")
	_, isOther := environment.Get("OTHER")
	add(value + " " + strconv.FormatBool(isSet) + " " + strconv.FormatBool(isOther))
	add(environment.Edition() + " " + environment.Architecture())
	context.Diagnostics.Warn("a warning")
	context.Diagnostics.Because("a decision", "a reason")
	return plan(strings.Join(answers, "; ")), nil
}

// read reads a file again and again, while goroutines do the same.
func read(context *plugpacks.Context) (*plugpacks.PartialPlan, error) {
	const readers, times = 10, 200
	lengths := make(chan int)
	for range readers {
		go func() {
			sum := 0
			for range times {
				text, _ := context.App.ReadText("large.txt")
				sum += len(text)
			}
			lengths <- sum
		}()
	}
	sum := 0
	for range readers {
		sum += <-lengths
	}
	return plan("read " + strconv.Itoa(sum)), nil
}

func sleep(*plugpacks.Context) (*plugpacks.PartialPlan, error) {
	before := time.Now()
	time.Sleep(time.Hour)
	return plan("slept " + time.Since(before).Round(time.Minute).String()), nil
}
