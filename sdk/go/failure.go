package plugpacks

import (
	"errors"
	"runtime"
	"strconv"
	"strings"
)

// Failure says why a call did not succeed, to the person who builds the app.
type Failure struct {
	// Message is one line: what is wrong, quoting the offending value and naming the file.
	Message string
	// Causes are the reasons behind it, outermost first.
	Causes []string
	// Hint is what the reader can do about it.
	Hint string
}

// Error is message and causes in one line.
func (failure *Failure) Error() string {
	return strings.Join(append([]string{failure.Message}, failure.Causes...), ": ")
}

// AccessError says why the host did not answer.
type AccessError struct {
	Kind AccessErrorKind
	// Limit is the number of bytes that the file exceeds; of kind TooLarge.
	Limit uint64
	// Message is that of the operating system, or what is wrong with the pattern.
	Message string
}

// AccessErrorKind is a kind of access error.
type AccessErrorKind uint8

// The kinds of access errors.
const (
	// Missing: nothing stands at the path.
	Missing AccessErrorKind = iota
	// NotAFile: the path is not a regular file.
	NotAFile
	// OutsideApp: the path leaves the app directory.
	OutsideApp
	// NotText: the file is not UTF-8.
	NotText
	// TooLarge: the file has more bytes than a limit.
	TooLarge
	// InvalidPattern: the glob or regular expression is wrong.
	InvalidPattern
	// Unreadable: the operating system refused.
	Unreadable
)

// Error is the access error in words.
func (problem *AccessError) Error() string {
	switch problem.Kind {
	case Missing:
		return "No such file or directory (os error 2)"
	case NotAFile:
		return "not a regular file"
	case OutsideApp:
		return "the path leaves the app directory"
	case NotText:
		return "stream did not contain valid UTF-8"
	case TooLarge:
		return "the file is larger than " + strconv.FormatUint(problem.Limit, 10) + " bytes"
	default:
		return problem.Message
	}
}

// SearchError is an access error and the file at which it happened.
type SearchError struct {
	// Path is empty if the glob or the expression itself is at fault.
	Path string
	Err  *AccessError
}

// reading is the error of reading a path; a wrong glob is the message itself: nothing was read.
func reading(path string, problem *AccessError) error {
	switch {
	case problem == nil:
		return nil
	case problem.Kind == InvalidPattern:
		return &Failure{Message: problem.Error()}
	default:
		return &Failure{Message: "Error reading " + path, Causes: []string{problem.Error()}}
	}
}

// failureOf makes a failure of any error: what it wraps becomes the causes.
func failureOf(err error) *Failure {
	var failure *Failure
	if errors.As(err, &failure) && failure.Error() == err.Error() {
		return failure
	}
	wrapping := &Failure{Message: err.Error()}
	if inner := errors.Unwrap(err); inner != nil {
		cause := failureOf(inner)
		wrapping.Hint = cause.Hint
		if message, isSuffixed := strings.CutSuffix(err.Error(), ": "+inner.Error()); isSuffixed {
			wrapping.Message = message
			wrapping.Causes = append([]string{cause.Message}, cause.Causes...)
		}
	}
	return wrapping
}

// panicked is the failure of a provider that panicked, with the place where it did. To be called by the deferred
// function itself.
func panicked(value any) *Failure {
	failure := &Failure{Message: "The provider panicked: " + inWords(value), Hint: "Tell the provider's author"}
	var counters [32]uintptr
	frames := runtime.CallersFrames(counters[:runtime.Callers(3, counters[:])])
	for {
		frame, more := frames.Next()
		if !strings.HasPrefix(frame.Function, "runtime.") {
			failure.Causes = []string{frame.Function + ", " + frame.File + ":" + strconv.Itoa(frame.Line)}
			return failure
		}
		if !more {
			return failure
		}
	}
}

func inWords(value any) string {
	switch value := value.(type) {
	case error:
		return value.Error()
	case string:
		return value
	case interface{ String() string }:
		return value.String()
	default:
		return "with a value that is no text"
	}
}
