package plugpacks

import "strings"

// Host is what a provider imports: the real functions in a component, fake ones in tests.
type Host interface {
	AppName() string
	Entry(path string) (EntryKind, *AccessError)
	IsExecutable(path string) (bool, *AccessError)
	ReadText(path string) (string, *AccessError)
	FindFiles(glob string) ([]string, *AccessError)
	FindDirectories(glob string) ([]string, *AccessError)
	Search(glob, pattern string) (*Occurrence, *SearchError)
	Variable(name string) (string, bool)
	Edition() string
	Architecture() string
	Warn(message string)
	Because(decision, reason string)
	PlanOf(name string) (*PartialPlan, *Failure)
}

// EntryKind is what stands at a path, symbolic links within the app followed.
type EntryKind uint8

// What stands at a path.
const (
	EntryMissing EntryKind = iota
	EntryFile
	EntryDirectory
	// EntryOther is a socket, a named pipe, a device.
	EntryOther
)

// Occurrence is the first place where a regular expression was found.
type Occurrence struct {
	// Path is the file.
	Path string
	// Groups are the whole match, then each group; nil for one that did not take part.
	Groups []*string
}

// Context is what a provider is given for one app.
type Context struct {
	// App is the app directory.
	App App
	// Environment has variables, edition, architecture.
	Environment Environment
	// Diagnostics takes warnings and reasons.
	Diagnostics Diagnostics
	// Catalog has the other providers.
	Catalog Catalog
}

// NewContext makes a context over a host.
func NewContext(host Host) *Context {
	return &Context{App{host}, Environment{host}, Diagnostics{host}, Catalog{host}}
}

// App is the app directory. Paths are relative to it and separated by /. Errors are a [Failure].
type App struct{ host Host }

// Name is the app directory's own name.
func (app App) Name() string { return app.host.AppName() }

// Entry is what stands at path.
func (app App) Entry(path string) (EntryKind, error) {
	kind, problem := app.host.Entry(path)
	return kind, reading(path, problem)
}

// HasFile says whether path is a regular file.
func (app App) HasFile(path string) (bool, error) {
	kind, err := app.Entry(path)
	return kind == EntryFile, err
}

// HasDirectory says whether path is a directory.
func (app App) HasDirectory(path string) (bool, error) {
	kind, err := app.Entry(path)
	return kind == EntryDirectory, err
}

// FirstFile is the first of several paths that is a regular file; empty if none is.
func (app App) FirstFile(paths ...string) (string, error) {
	for _, path := range paths {
		if found, err := app.HasFile(path); found || err != nil {
			return path, err
		}
	}
	return "", nil
}

// IsExecutable says whether path is a regular file that somebody may execute.
func (app App) IsExecutable(path string) (bool, error) {
	executable, problem := app.host.IsExecutable(path)
	return executable, reading(path, problem)
}

// ReadText is the text of a file, with \r\n turned into \n.
func (app App) ReadText(path string) (string, error) {
	text, problem := app.host.ReadText(path)
	return text, reading(path, problem)
}

// ReadTextIfFile is the text of a file, and whether there is a regular file of this name.
func (app App) ReadTextIfFile(path string) (string, bool, error) {
	text, problem := app.host.ReadText(path)
	if problem != nil && (problem.Kind == Missing || problem.Kind == NotAFile) {
		return "", false, nil
	}
	return text, problem == nil, reading(path, problem)
}

// FindFiles are the regular files that match a glob, a folder's entries in byte order of their names.
func (app App) FindFiles(glob string) ([]string, error) {
	files, problem := app.host.FindFiles(glob)
	return files, reading(glob, problem)
}

// FindDirectories are the directories that match a glob, in the same order.
func (app App) FindDirectories(glob string) ([]string, error) {
	directories, problem := app.host.FindDirectories(glob)
	return directories, reading(glob, problem)
}

// HasMatch says whether at least one regular file matches a glob.
func (app App) HasMatch(glob string) (bool, error) {
	files, err := app.FindFiles(glob)
	return len(files) > 0, err
}

// Search is the first match of a regular expression (syntax of Rust's regex crate) in the files that match a glob;
// nil if there is none. The host searches: a provider that needs no package regexp is smaller by far.
func (app App) Search(glob, pattern string) (*Occurrence, error) {
	occurrence, problem := app.host.Search(glob, pattern)
	if problem == nil {
		return occurrence, nil
	}
	if problem.Path == "" {
		return nil, &Failure{Message: problem.Err.Error()}
	}
	return nil, reading(problem.Path, problem.Err)
}

// Environment has variables, edition, architecture.
type Environment struct{ host Host }

// Get is the value of a variable given to this build or set in its configuration file, and whether there is one.
func (environment Environment) Get(name string) (string, bool) {
	return environment.host.Variable(name)
}

// Config is the value of the variable NIXPACKS_<name> without newlines, and whether there is one.
func (environment Environment) Config(name string) (string, bool) {
	value, ok := environment.Get("NIXPACKS_" + name)
	return strings.ReplaceAll(value, "\n", ""), ok
}

// IsSet says whether the variable NIXPACKS_<name> is 1 or true.
func (environment Environment) IsSet(name string) bool {
	value, _ := environment.Config(name)
	return value == "1" || value == "true"
}

// Edition is the one whose behaviour is wanted: nixpacks, or a date such as 2026.11.
func (environment Environment) Edition() string { return environment.host.Edition() }

// Architecture is the image's processor architecture: x86_64 or aarch64.
func (environment Environment) Architecture() string { return environment.host.Architecture() }

// Diagnostics takes warnings and reasons.
type Diagnostics struct{ host Host }

// Warn shows a warning; the same text is shown once.
func (diagnostics Diagnostics) Warn(message string) { diagnostics.host.Warn(message) }

// Because records why a decision was taken, such as "node version" and "22 from .nvmrc".
func (diagnostics Diagnostics) Because(decision, reason string) {
	diagnostics.host.Because(decision, reason)
}

// Catalog has the other providers.
type Catalog struct{ host Host }

// PlanOf is the plan that another provider makes for this app; nil if it declines.
func (catalog Catalog) PlanOf(name string) (*PartialPlan, error) {
	plan, failure := catalog.host.PlanOf(name)
	if failure != nil {
		return nil, failure
	}
	return plan, nil
}
