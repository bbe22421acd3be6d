package plugpacks

import (
	"sync"
	"unsafe"
)

//go:wasmimport plugpacks:provider/app@0.1.0 name
func appName(result unsafe.Pointer)

//go:wasmimport plugpacks:provider/app@0.1.0 entry
func appEntry(path string, result unsafe.Pointer)

//go:wasmimport plugpacks:provider/app@0.1.0 is-executable
func appIsExecutable(path string, result unsafe.Pointer)

//go:wasmimport plugpacks:provider/app@0.1.0 read-text
func appReadText(path string, result unsafe.Pointer)

//go:wasmimport plugpacks:provider/app@0.1.0 find-files
func appFindFiles(glob string, result unsafe.Pointer)

//go:wasmimport plugpacks:provider/app@0.1.0 find-directories
func appFindDirectories(glob string, result unsafe.Pointer)

//go:wasmimport plugpacks:provider/app@0.1.0 search
func appSearch(glob, pattern string, result unsafe.Pointer)

//go:wasmimport plugpacks:provider/environment@0.1.0 get
func environmentGet(name string, result unsafe.Pointer)

//go:wasmimport plugpacks:provider/environment@0.1.0 edition
func environmentEdition(result unsafe.Pointer)

//go:wasmimport plugpacks:provider/environment@0.1.0 architecture
func environmentArchitecture(result unsafe.Pointer)

//go:wasmimport plugpacks:provider/diagnostics@0.1.0 warn
func diagnosticsWarn(message string)

//go:wasmimport plugpacks:provider/diagnostics@0.1.0 because
func diagnosticsBecause(decision, reason string)

//go:wasmimport plugpacks:provider/catalog@0.1.0 plan-of
func catalogPlanOf(name string, result unsafe.Pointer)

// imports are the real functions. Goroutines call them one at a time: while the host answers one, another may run.
type imports struct{}

var turn sync.Mutex

// call calls an import and copies its result, after which nobody needs what the host wrote.
func call[Wire, T any](run func(unsafe.Pointer), lift func(*Wire) T) T {
	turn.Lock()
	defer turn.Unlock()
	result := new(Wire)
	run(unsafe.Pointer(result))
	lifted := lift(result)
	received = nil
	return lifted
}

func say(run func()) {
	turn.Lock()
	defer turn.Unlock()
	run()
}

// accessError is one as it lies in memory.
type accessError struct {
	tag   uint8
	value struct {
		_       [0]uint64
		message reference
	}
}

func (problem *accessError) lift() *AccessError {
	lifted := &AccessError{Kind: AccessErrorKind(problem.tag)}
	switch lifted.Kind {
	case TooLarge:
		lifted.Limit = *(*uint64)(unsafe.Pointer(&problem.value))
	case InvalidPattern, Unreadable:
		lifted.Message = text(problem.value.message)
	}
	return lifted
}

// accessed is what most functions of the app answer: a byte, a string or a list; or an access error in its place.
type accessed struct {
	isError bool
	value   accessError
}

func (result *accessed) byte() uint8 { return result.value.tag }

func (result *accessed) reference() reference { return *(*reference)(unsafe.Pointer(&result.value)) }

// answer is a value that may not be there, since the host refused it.
type answer[T any] struct {
	value   T
	problem *AccessError
}

func access[T any](run func(unsafe.Pointer), lift func(*accessed) T) (T, *AccessError) {
	answered := call(run, func(result *accessed) answer[T] {
		if result.isError {
			return answer[T]{problem: result.value.lift()}
		}
		return answer[T]{value: lift(result)}
	})
	return answered.value, answered.problem
}

func (imports) AppName() string {
	return call(appName, func(result *reference) string { return text(*result) })
}

func (imports) Entry(path string) (EntryKind, *AccessError) {
	return access(
		func(result unsafe.Pointer) { appEntry(path, result) },
		func(result *accessed) EntryKind { return EntryKind(result.byte()) },
	)
}

func (imports) IsExecutable(path string) (bool, *AccessError) {
	return access(
		func(result unsafe.Pointer) { appIsExecutable(path, result) },
		func(result *accessed) bool { return result.byte() != 0 },
	)
}

func (imports) ReadText(path string) (string, *AccessError) {
	return access(
		func(result unsafe.Pointer) { appReadText(path, result) },
		func(result *accessed) string { return text(result.reference()) },
	)
}

func (imports) FindFiles(glob string) ([]string, *AccessError) {
	return access(
		func(result unsafe.Pointer) { appFindFiles(glob, result) },
		func(result *accessed) []string { return texts(result.reference()) },
	)
}

func (imports) FindDirectories(glob string) ([]string, *AccessError) {
	return access(
		func(result unsafe.Pointer) { appFindDirectories(glob, result) },
		func(result *accessed) []string { return texts(result.reference()) },
	)
}

// searchError is one as it lies in memory.
type searchError struct {
	path    option[reference]
	problem accessError
}

// searched is what a search answers: an occurrence that may be there, or a search error in its place.
type searched struct {
	isError bool
	value   searchError
}

type occurrence struct {
	path   reference
	groups reference
}

type found struct {
	occurrence *Occurrence
	problem    *SearchError
}

func (imports) Search(glob, pattern string) (*Occurrence, *SearchError) {
	answered := call(
		func(result unsafe.Pointer) { appSearch(glob, pattern, result) },
		func(result *searched) found {
			if result.isError {
				return found{problem: &SearchError{liftOptional(result.value.path), result.value.problem.lift()}}
			}
			at := (*option[occurrence])(unsafe.Pointer(&result.value))
			if !at.isSome {
				return found{}
			}
			group := func(group option[reference]) *string {
				if !group.isSome {
					return nil
				}
				text := text(group.value)
				return &text
			}
			return found{occurrence: &Occurrence{text(at.value.path), lift(at.value.groups, group)}}
		},
	)
	return answered.occurrence, answered.problem
}

func (imports) Variable(name string) (string, bool) {
	value := call(
		func(result unsafe.Pointer) { environmentGet(name, result) },
		func(result *option[reference]) *string {
			if !result.isSome {
				return nil
			}
			value := text(result.value)
			return &value
		},
	)
	if value == nil {
		return "", false
	}
	return *value, true
}

func (imports) Edition() string {
	return call(environmentEdition, func(result *reference) string { return text(*result) })
}

func (imports) Architecture() string {
	return call(environmentArchitecture, func(result *reference) string { return text(*result) })
}

func (imports) Warn(message string) { say(func() { diagnosticsWarn(message) }) }

func (imports) Because(decision, reason string) { say(func() { diagnosticsBecause(decision, reason) }) }

// others is a plan of another provider's, or why there is none.
type others struct {
	plan    *PartialPlan
	failure *Failure
}

func (imports) PlanOf(name string) (*PartialPlan, *Failure) {
	answered := call(
		func(result unsafe.Pointer) { catalogPlanOf(name, result) },
		func(result *planned) others {
			switch {
			case result.isFailure:
				return others{failure: (*failed)(unsafe.Pointer(result)).failure.lift()}
			case result.plan.isSome:
				return others{plan: result.plan.value.lift()}
			default:
				return others{}
			}
		},
	)
	return answered.plan, answered.failure
}
