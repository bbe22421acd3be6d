// Package plugpackstest is a fake app for unit tests of providers: files, variables and edition in memory.
package plugpackstest

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	plugpacks "github.com/plugpacks/plugpacks/sdk/go"
)

// App is an app in memory that answers as the host does, ignore files aside.
type App struct {
	name        string
	edition     string
	files       map[string]string
	directories map[string]bool
	executables map[string]bool
	variables   map[string]string
	plans       map[string]*plugpacks.PartialPlan
	warnings    []string
	reasons     []string
}

var _ plugpacks.Host = (*App)(nil)

// New is an empty app named app, under the newest edition.
func New() *App {
	return &App{
		name: "app", edition: "2026.11",
		files: map[string]string{}, directories: map[string]bool{"": true}, executables: map[string]bool{},
		variables: map[string]string{}, plans: map[string]*plugpacks.PartialPlan{},
	}
}

// Under sets the edition.
func (app *App) Under(edition string) *App {
	app.edition = edition
	return app
}

// File adds a file.
func (app *App) File(path, content string) *App {
	app.files[path] = content
	for at, c := range path {
		if c == '/' {
			app.directories[path[:at]] = true
		}
	}
	return app
}

// Directory adds an empty directory.
func (app *App) Directory(path string) *App {
	app.directories[path] = true
	return app
}

// Executable adds an executable file.
func (app *App) Executable(path, content string) *App {
	app.executables[path] = true
	return app.File(path, content)
}

// With gives the build a variable.
func (app *App) With(name, value string) *App {
	app.variables[name] = value
	return app
}

// WithPlanOf answers PlanOf(name) with a plan.
func (app *App) WithPlanOf(name string, plan *plugpacks.PartialPlan) *App {
	app.plans[name] = plan
	return app
}

// Detect says whether a provider recognises the app: a marker matches, and Detect says so.
func (app *App) Detect(provider plugpacks.Provider) (bool, error) {
	if !slices.ContainsFunc(provider.Describe(app.edition).Markers, app.matches) {
		return false, nil
	}
	return provider.Detect(plugpacks.NewContext(app))
}

// Plan is the provider's plan.
func (app *App) Plan(provider plugpacks.Provider) (*plugpacks.PartialPlan, error) {
	return provider.Plan(plugpacks.NewContext(app))
}

// Warnings are those so far, each once.
func (app *App) Warnings() []string { return app.warnings }

// Reasons are those so far, as "decision: reason".
func (app *App) Reasons() []string { return app.reasons }

func (app *App) matches(marker plugpacks.Marker) bool {
	switch marker.Kind {
	case plugpacks.MarkerFile:
		_, found := app.files[marker.Path]
		return found
	case plugpacks.MarkerDirectory:
		return app.directories[marker.Path]
	default:
		files, problem := app.FindFiles(marker.Path)
		return problem == nil && len(files) > 0
	}
}

// AppName is the app directory's name.
func (app *App) AppName() string { return app.name }

// Entry is what stands at a path.
func (app *App) Entry(path string) (plugpacks.EntryKind, *plugpacks.AccessError) {
	path, problem := normalise(path)
	if problem != nil {
		return plugpacks.EntryMissing, problem
	}
	if _, found := app.files[path]; found {
		return plugpacks.EntryFile, nil
	}
	if app.directories[path] {
		return plugpacks.EntryDirectory, nil
	}
	return plugpacks.EntryMissing, nil
}

// IsExecutable says whether a file may be executed.
func (app *App) IsExecutable(path string) (bool, *plugpacks.AccessError) {
	path, problem := normalise(path)
	return app.executables[path], problem
}

// ReadText is the text of a file.
func (app *App) ReadText(path string) (string, *plugpacks.AccessError) {
	kind, problem := app.Entry(path)
	switch {
	case problem != nil:
		return "", problem
	case kind == plugpacks.EntryMissing:
		return "", &plugpacks.AccessError{Kind: plugpacks.Missing}
	case kind != plugpacks.EntryFile:
		return "", &plugpacks.AccessError{Kind: plugpacks.NotAFile}
	}
	path, _ = normalise(path)
	content := app.files[path]
	if !utf8.ValidString(content) {
		return "", &plugpacks.AccessError{Kind: plugpacks.NotText}
	}
	return strings.ReplaceAll(content, "\r\n", "\n"), nil
}

// FindFiles are the files that match a glob.
func (app *App) FindFiles(glob string) ([]string, *plugpacks.AccessError) {
	return matching(glob, app.files)
}

// FindDirectories are the directories that match a glob.
func (app *App) FindDirectories(glob string) ([]string, *plugpacks.AccessError) {
	return matching(glob, app.directories)
}

// Search is the first match of a regular expression in the files that match a glob.
func (app *App) Search(glob, pattern string) (*plugpacks.Occurrence, *plugpacks.SearchError) {
	expression, err := regexp.Compile(pattern)
	if err != nil {
		problem := &plugpacks.AccessError{Kind: plugpacks.InvalidPattern, Message: err.Error()}
		return nil, &plugpacks.SearchError{Err: problem}
	}
	files, problem := app.FindFiles(glob)
	if problem != nil {
		return nil, &plugpacks.SearchError{Err: problem}
	}
	for _, path := range files {
		text, problem := app.ReadText(path)
		if problem != nil && problem.Kind == plugpacks.NotText && app.edition != "nixpacks" {
			continue
		}
		if problem != nil {
			return nil, &plugpacks.SearchError{Path: path, Err: problem}
		}
		if found := expression.FindStringSubmatchIndex(text); found != nil {
			return &plugpacks.Occurrence{Path: path, Groups: groups(text, found)}, nil
		}
	}
	return nil, nil
}

// Variable is the value of a variable of the build.
func (app *App) Variable(name string) (string, bool) {
	value, found := app.variables[name]
	return value, found
}

// Edition is the one the app is planned under.
func (app *App) Edition() string { return app.edition }

// Architecture is always x86_64.
func (app *App) Architecture() string { return "x86_64" }

// Warn records a warning.
func (app *App) Warn(message string) {
	if !slices.Contains(app.warnings, message) {
		app.warnings = append(app.warnings, message)
	}
}

// Because records a reason.
func (app *App) Because(decision, reason string) {
	app.reasons = append(app.reasons, decision+": "+reason)
}

// PlanOf is a plan that WithPlanOf gave.
func (app *App) PlanOf(name string) (*plugpacks.PartialPlan, *plugpacks.Failure) {
	plan, found := app.plans[name]
	if !found {
		return nil, &plugpacks.Failure{Message: "Provider " + name + " not found"}
	}
	return plan, nil
}

// normalise removes . components; a path that leaves the app is a problem.
func normalise(path string) (string, *plugpacks.AccessError) {
	outside := &plugpacks.AccessError{Kind: plugpacks.OutsideApp}
	if strings.HasPrefix(path, "/") {
		return "", outside
	}
	var components []string
	for _, component := range strings.Split(path, "/") {
		switch component {
		case "", ".":
		case "..":
			if len(components) == 0 {
				return "", outside
			}
			components = components[:len(components)-1]
		default:
			components = append(components, component)
		}
	}
	return strings.Join(components, "/"), nil
}

func matching[T any](glob string, paths map[string]T) ([]string, *plugpacks.AccessError) {
	expression, err := regexp.Compile(expressionOf(glob))
	if err != nil {
		return nil, &plugpacks.AccessError{Kind: plugpacks.InvalidPattern, Message: "error parsing glob '" + glob + "'"}
	}
	var found []string
	for path := range paths {
		if path != "" && expression.MatchString(path) {
			found = append(found, path)
		}
	}
	slices.SortFunc(found, func(a, b string) int {
		return slices.Compare(strings.Split(a, "/"), strings.Split(b, "/"))
	})
	return found, nil
}

// expressionOf turns a glob into a regular expression.
func expressionOf(glob string) string {
	expression, open := "^", 0
	for rest := glob; rest != ""; {
		switch {
		case strings.HasPrefix(rest, "**/"):
			expression, rest = expression+"(?:[^/]+/)*", rest[3:]
		case strings.HasPrefix(rest, "**"):
			expression, rest = expression+".*", rest[2:]
		case rest[0] == '*':
			expression, rest = expression+"[^/]*", rest[1:]
		case rest[0] == '?':
			expression, rest = expression+"[^/]", rest[1:]
		case rest[0] == '{':
			expression, rest, open = expression+"(?:", rest[1:], open+1
		case rest[0] == '}':
			expression, rest, open = expression+")", rest[1:], open-1
		case rest[0] == ',' && open > 0:
			expression, rest = expression+"|", rest[1:]
		case rest[0] == '[':
			class, after, _ := strings.Cut(rest[1:], "]")
			if class == "" {
				class, after = "]", strings.TrimPrefix(after, "]")
			}
			if negated, isNegated := strings.CutPrefix(class, "!"); isNegated {
				class = "^" + negated
			}
			expression, rest = expression+"["+strings.ReplaceAll(class, "[", `\[`)+"]", after
		default:
			_, size := utf8.DecodeRuneInString(rest)
			expression, rest = expression+regexp.QuoteMeta(rest[:size]), rest[size:]
		}
	}
	return expression + "$"
}

func groups(text string, found []int) []*string {
	var groups []*string
	for ; len(found) > 0; found = found[2:] {
		if found[0] < 0 {
			groups = append(groups, nil)
			continue
		}
		group := text[found[0]:found[1]]
		groups = append(groups, &group)
	}
	return groups
}
