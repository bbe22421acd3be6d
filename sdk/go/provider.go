// Package plugpacks is what the author of a Plugpacks provider uses, in Go.
//
// A provider implements [Provider] and is handed to [Register] by an init function; compiled with
//
//	GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared -o provider.wasm
//
// it is what plugpacks --provider loads. Natively the package has no host: tests hand a provider the fake app of
// package plugpackstest.
package plugpacks

// Provider is what a provider implements; the methods are those of the contract's provider-guest.
type Provider interface {
	// Describe says who this provider is, under an edition. Must not depend on the app.
	Describe(edition string) Description

	// Detect says whether the app is this provider's. Called only if one of the description's markers matches. An
	// error ends the host's run: prefer false where the app may well be another provider's.
	Detect(context *Context) (bool, error)

	// Plan says how the app is built; nil declines. Also called when Detect was not, or said no: a user can name a
	// provider, and another provider can ask for its plan.
	Plan(context *Context) (*PartialPlan, error)
}

var registered Provider

// Register makes a provider the component's. To be called once, from an init function.
func Register(provider Provider) {
	registered = provider
}

// Description says who a provider is.
type Description struct {
	// Name is used in `providers = [...]` and in error messages: lower case, no blanks or commas.
	Name string
	// Version is the provider's own, such as 1.2.0.
	Version string
	// Summary is one sentence: the language or kind of app.
	Summary string
	// Markers are necessary conditions of detection: unless one matches, the provider is not even started.
	Markers []Marker
	// Variables are all that Detect or Plan may read.
	Variables []Variable
	// Generated are names of folders that the language's tools make, wherever they lie, such as node_modules.
	Generated []string
	// LastResort says that the provider takes what nobody else recognises.
	LastResort bool
}

// Marker is a cheap necessary condition of detection.
type Marker struct {
	// Kind says what the path is.
	Kind MarkerKind
	// Path is a path, or, of MarkerAnywhere, a glob.
	Path string
}

// MarkerKind is a kind of marker.
type MarkerKind uint8

// The kinds of markers.
const (
	// MarkerFile is a regular file with this path.
	MarkerFile MarkerKind = iota
	// MarkerDirectory is a directory with this path.
	MarkerDirectory
	// MarkerAnywhere is a regular file anywhere in the app that matches this glob.
	MarkerAnywhere
)

// File is the marker of a regular file with this path.
func File(path string) Marker { return Marker{MarkerFile, path} }

// Directory is the marker of a directory with this path.
func Directory(path string) Marker { return Marker{MarkerDirectory, path} }

// Anywhere is the marker of a regular file anywhere in the app that matches this glob.
func Anywhere(glob string) Marker { return Marker{MarkerAnywhere, glob} }

// Variable is an environment variable that influences the provider's plan.
type Variable struct {
	// Name is the whole name, such as NIXPACKS_NODE_VERSION.
	Name string
	// Summary is one sentence: what it does and which values it takes.
	Summary string
}
