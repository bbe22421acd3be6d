package plugpacks

// PartialPlan is a provider's part of the plan. The host merges it below Procfile, configuration file, environment
// and command line. A text that is empty is absent.
type PartialPlan struct {
	// BuildImage is what the build starts from. Absent: the edition's default.
	BuildImage string
	// Variables of the build and of the image.
	Variables map[string]string
	// StaticAssets are files placed below /assets in the image: relative name and text.
	StaticAssets map[string]string
	// Phases, in any order, each name once.
	Phases []Phase
	// Start says how the container starts; nil: it is not known.
	Start *Start
	// Labels say what else this app is, such as django. Without the provider's name.
	Labels []string
}

// Phase is a named group of packages and commands: setup, install, build, or any other name.
type Phase struct {
	Name string
	// DependsOn names the phases that come earlier. Absent: for install that is setup, for build it is install.
	DependsOn List
	// NixPackages are attribute names of nixpkgs, or Nix expressions in parentheses.
	NixPackages List
	// NixLibraries are Nix attributes whose libraries are put on LD_LIBRARY_PATH.
	NixLibraries List
	// NixOverlays are URLs of nixpkgs overlay tarballs.
	NixOverlays List
	// NixpkgsArchive is a nixpkgs commit, 40 hexadecimal digits. Absent: the edition's default.
	NixpkgsArchive string
	// AptPackages are Debian/Ubuntu packages.
	AptPackages List
	// Commands are run one after the other by bash.
	Commands List
	// OnlyIncludeFiles are app files copied into the image before the commands. Absent: all of them.
	OnlyIncludeFiles List
	// ExcludeFiles are app files that the commands make anew, in the notation of .dockerignore.
	ExcludeFiles List
	// CacheDirectories are kept between builds; relative ones are below /app.
	CacheDirectories List
	// Paths are image directories put in front of PATH.
	Paths List
	// OnlyVariables are variables that the commands read: names, or prefixes that end in *. Absent: all.
	OnlyVariables List
}

// List says what a list has of the list of the same name in a plan of lower precedence. The zero value says nothing
// and leaves that one alone.
type List struct {
	// Kind says what the elements are to the lower list.
	Kind ListKind
	// Before stands before the lower list; the whole list where it is replaced.
	Before []string
	// After stands after the lower list.
	After []string
}

// ListKind says what becomes of the lower list.
type ListKind uint8

// What becomes of the lower list.
const (
	// Kept: nothing is said about it.
	Kept ListKind = iota
	// Replaced by the elements.
	Replaced
	// Extended by the elements around it.
	Extended
)

// Exactly is a list of just these elements.
func Exactly(elements ...string) List { return List{Kind: Replaced, Before: elements} }

// Around is the lower list with elements before and after it.
func Around(before, after []string) List { return List{Kind: Extended, Before: before, After: after} }

// Start says how the container starts, and what it needs for that.
type Start struct {
	// Command is run by bash in /app.
	Command string
	// User is created and switched to.
	User string
	// RunTime is what the running app needs of the build's packages.
	RunTime RunTime
	// Files are what it needs of the build's files. Nil: all of the app.
	Files []StartFile
}

// StartCommand is a start by a command, with the whole build and the whole app.
func StartCommand(command string) *Start { return &Start{Command: command} }

// RunTime says what the running app needs of the build's packages.
type RunTime struct {
	// Kind says which of them.
	Kind RunTimeKind
	// Image has whatever the app needs; of kind OtherImage.
	Image string
	// Needs are packages; of kind OnlyNeeds.
	Needs Needs
}

// RunTimeKind says which of the build's packages are needed.
type RunTimeKind uint8

// Which of the build's packages are needed.
const (
	// WholeBuild: all of them, compilers included.
	WholeBuild RunTimeKind = iota
	// OtherImage: none, on an image that has whatever the app needs.
	OtherImage
	// OnlyNeeds: these, on nothing else.
	OnlyNeeds
)

// Needs are packages that the running app needs.
type Needs struct {
	// NixPackages come with their closure.
	NixPackages []string
	// NixLibraries are Nix attributes whose libraries are needed.
	NixLibraries Needed
	// AptPackages are Debian/Ubuntu packages.
	AptPackages Needed
}

// Needed says which of a kind of packages are needed. The zero value: those of all phases.
type Needed struct {
	// IsOnly says that only these are needed.
	IsOnly bool
	// Only are these.
	Only []string
}

// OnlyThese are the packages of a kind that are needed.
func OnlyThese(packages ...string) Needed { return Needed{IsOnly: true, Only: packages} }

// StartFile is a file or folder that is copied out of the build.
type StartFile struct {
	// Kind says where the path begins.
	Kind StartFileKind
	// Path is a path; empty for the whole app.
	Path string
}

// StartFileKind says where a path begins.
type StartFileKind uint8

// Where a path begins.
const (
	// WholeApp: all of /app.
	WholeApp StartFileKind = iota
	// AppPath is below /app, and all that the start command needs of the app.
	AppPath
	// ImagePath is absolute, and needed whatever the command.
	ImagePath
)
