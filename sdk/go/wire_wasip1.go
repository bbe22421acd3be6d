package plugpacks

import (
	"maps"
	"slices"
)

// The records of wit/0.1/provider.wit as they lie in memory, field by field.

type wireFailure struct {
	message reference
	causes  reference
	hint    option[reference]
}

type wireDescription struct {
	name, version, summary        reference
	markers, variables, generated reference
	lastResort                    bool
}

type wirePair struct{ first, second reference }

// A list-edit, absent or there.
type wireList = option[wireEdit]

type wireEdit struct {
	isExtended    bool
	before, after reference
}

type wirePhase struct {
	name             reference
	dependsOn        wireList
	nixPackages      wireList
	nixLibraries     wireList
	nixOverlays      wireList
	nixpkgsArchive   option[reference]
	aptPackages      wireList
	commands         wireList
	onlyIncludeFiles wireList
	excludeFiles     wireList
	cacheDirectories wireList
	paths            wireList
	onlyVariables    wireList
}

type wireNeeds struct {
	// Of another image: its name.
	nixPackages  reference
	nixLibraries variant[reference]
	aptPackages  variant[reference]
}

type wireStart struct {
	command, user option[reference]
	runTime       variant[wireNeeds]
	files         reference
}

type wirePlan struct {
	buildImage              option[reference]
	variables, staticAssets reference
	phases                  reference
	start                   option[wireStart]
	labels                  reference
}

func lowerFailure(failure *Failure) wireFailure {
	return wireFailure{lowerText(failure.Message), lowerTexts(failure.Causes), lowerOptional(failure.Hint)}
}

func (failure wireFailure) lift() *Failure {
	return &Failure{text(failure.message), texts(failure.causes), liftOptional(failure.hint)}
}

func lowerDescription(description Description) wireDescription {
	marker := func(marker Marker) variant[reference] {
		return variant[reference]{uint8(marker.Kind), lowerText(marker.Path)}
	}
	variable := func(variable Variable) wirePair {
		return wirePair{lowerText(variable.Name), lowerText(variable.Summary)}
	}
	return wireDescription{
		name:       lowerText(description.Name),
		version:    lowerText(description.Version),
		summary:    lowerText(description.Summary),
		markers:    lower(description.Markers, marker),
		variables:  lower(description.Variables, variable),
		generated:  lowerTexts(description.Generated),
		lastResort: description.LastResort,
	}
}

func lowerPairs(pairs map[string]string) reference {
	return lower(slices.Sorted(maps.Keys(pairs)), func(name string) wirePair {
		return wirePair{lowerText(name), lowerText(pairs[name])}
	})
}

func liftPairs(from reference) map[string]string {
	pairs := map[string]string{}
	for _, pair := range elements[wirePair](from) {
		pairs[text(pair.first)] = text(pair.second)
	}
	return pairs
}

func lowerList(list List) wireList {
	switch list.Kind {
	case Replaced:
		return some(wireEdit{before: lowerTexts(list.Before)})
	case Extended:
		return some(wireEdit{true, lowerTexts(list.Before), lowerTexts(list.After)})
	default:
		return wireList{}
	}
}

func liftList(list wireList) List {
	edit := list.value
	switch {
	case !list.isSome:
		return List{}
	case edit.isExtended:
		return Around(texts(edit.before), texts(edit.after))
	default:
		return Exactly(texts(edit.before)...)
	}
}

func lowerPhase(phase Phase) wirePhase {
	return wirePhase{
		name:             lowerText(phase.Name),
		dependsOn:        lowerList(phase.DependsOn),
		nixPackages:      lowerList(phase.NixPackages),
		nixLibraries:     lowerList(phase.NixLibraries),
		nixOverlays:      lowerList(phase.NixOverlays),
		nixpkgsArchive:   lowerOptional(phase.NixpkgsArchive),
		aptPackages:      lowerList(phase.AptPackages),
		commands:         lowerList(phase.Commands),
		onlyIncludeFiles: lowerList(phase.OnlyIncludeFiles),
		excludeFiles:     lowerList(phase.ExcludeFiles),
		cacheDirectories: lowerList(phase.CacheDirectories),
		paths:            lowerList(phase.Paths),
		onlyVariables:    lowerList(phase.OnlyVariables),
	}
}

func (phase wirePhase) lift() Phase {
	return Phase{
		Name:             text(phase.name),
		DependsOn:        liftList(phase.dependsOn),
		NixPackages:      liftList(phase.nixPackages),
		NixLibraries:     liftList(phase.nixLibraries),
		NixOverlays:      liftList(phase.nixOverlays),
		NixpkgsArchive:   liftOptional(phase.nixpkgsArchive),
		AptPackages:      liftList(phase.aptPackages),
		Commands:         liftList(phase.commands),
		OnlyIncludeFiles: liftList(phase.onlyIncludeFiles),
		ExcludeFiles:     liftList(phase.excludeFiles),
		CacheDirectories: liftList(phase.cacheDirectories),
		Paths:            liftList(phase.paths),
		OnlyVariables:    liftList(phase.onlyVariables),
	}
}

func lowerNeeded(needed Needed) variant[reference] {
	if !needed.IsOnly {
		return variant[reference]{}
	}
	return variant[reference]{1, lowerTexts(needed.Only)}
}

func liftNeeded(needed variant[reference]) Needed {
	if needed.tag == 0 {
		return Needed{}
	}
	return OnlyThese(texts(needed.value)...)
}

func lowerStart(start *Start) wireStart {
	files := start.Files
	if files == nil {
		files = []StartFile{{Kind: WholeApp}}
	}
	lowered := wireStart{
		command: lowerOptional(start.Command),
		user:    lowerOptional(start.User),
		runTime: variant[wireNeeds]{tag: uint8(start.RunTime.Kind)},
		files: lower(files, func(file StartFile) variant[reference] {
			return variant[reference]{uint8(file.Kind), lowerText(file.Path)}
		}),
	}
	switch start.RunTime.Kind {
	case OtherImage:
		lowered.runTime.value.nixPackages = lowerText(start.RunTime.Image)
	case OnlyNeeds:
		needs := start.RunTime.Needs
		lowered.runTime.value = wireNeeds{
			lowerTexts(needs.NixPackages), lowerNeeded(needs.NixLibraries), lowerNeeded(needs.AptPackages),
		}
	}
	return lowered
}

func (start *wireStart) lift() *Start {
	lifted := &Start{
		Command: liftOptional(start.command),
		User:    liftOptional(start.user),
		RunTime: RunTime{Kind: RunTimeKind(start.runTime.tag)},
		Files: lift(start.files, func(file variant[reference]) StartFile {
			if StartFileKind(file.tag) == WholeApp {
				return StartFile{}
			}
			return StartFile{StartFileKind(file.tag), text(file.value)}
		}),
	}
	needs := &start.runTime.value
	switch lifted.RunTime.Kind {
	case OtherImage:
		lifted.RunTime.Image = text(needs.nixPackages)
	case OnlyNeeds:
		lifted.RunTime.Needs = Needs{
			texts(needs.nixPackages), liftNeeded(needs.nixLibraries), liftNeeded(needs.aptPackages),
		}
	}
	return lifted
}

func lowerPlan(plan *PartialPlan) wirePlan {
	lowered := wirePlan{
		buildImage:   lowerOptional(plan.BuildImage),
		variables:    lowerPairs(plan.Variables),
		staticAssets: lowerPairs(plan.StaticAssets),
		phases:       lower(plan.Phases, lowerPhase),
		labels:       lowerTexts(plan.Labels),
	}
	if plan.Start != nil {
		lowered.start = some(lowerStart(plan.Start))
	}
	return lowered
}

func (plan *wirePlan) lift() *PartialPlan {
	lifted := &PartialPlan{
		BuildImage:   liftOptional(plan.buildImage),
		Variables:    liftPairs(plan.variables),
		StaticAssets: liftPairs(plan.staticAssets),
		Phases:       lift(plan.phases, wirePhase.lift),
		Labels:       texts(plan.labels),
	}
	if plan.start.isSome {
		lifted.Start = plan.start.value.lift()
	}
	return lifted
}
