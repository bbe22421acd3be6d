package plugpacks

import (
	"strings"
	"unsafe"
)

// What is exchanged lies in this module's memory, in the layout of the component model: a reference is an address
// and a length of 32 bits each. Go's collector does not follow such references, and does not move what it keeps.

// reference is a string or a list as it lies in memory.
type reference struct {
	address uint32
	length  uint32
}

// received keeps what the host wrote during an import call, until that call's result has been copied.
var received [][]uint64

// returned keeps what the last call of an export handed over, until the next call.
var returned []any

// realloc is how the host asks for memory.
//
//go:wasmexport cabi_realloc
func realloc(old unsafe.Pointer, oldSize, align, size uint32) unsafe.Pointer {
	if size == 0 {
		return unsafe.Pointer(uintptr(align))
	}
	block := make([]uint64, (size+7)/8)
	received = append(received, block)
	if oldSize > 0 {
		copy(unsafe.Slice((*byte)(unsafe.Pointer(&block[0])), size), unsafe.Slice((*byte)(old), oldSize))
	}
	return unsafe.Pointer(&block[0])
}

// elements are those of a list that the host wrote.
func elements[T any](list reference) []T {
	if list.length == 0 {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(uintptr(list.address))), list.length)
}

// text copies a string that the host wrote.
func text(from reference) string {
	return strings.Clone(unsafe.String(unsafe.SliceData(elements[byte](from)), int(from.length)))
}

func texts(from reference) []string { return lift(from, text) }

// lift copies a list that the host wrote; an empty one is not nil.
func lift[Wire, T any](list reference, one func(Wire) T) []T {
	lifted := make([]T, 0, list.length)
	for _, element := range elements[Wire](list) {
		lifted = append(lifted, one(element))
	}
	return lifted
}

// lowerText hands over a string.
func lowerText(value string) reference {
	returned = append(returned, value)
	return reference{uint32(uintptr(unsafe.Pointer(unsafe.StringData(value)))), uint32(len(value))}
}

func lowerTexts(values []string) reference { return lower(values, lowerText) }

// lower hands over a list.
func lower[T, Wire any](values []T, one func(T) Wire) reference {
	if len(values) == 0 {
		return reference{uint32(unsafe.Alignof(*new(Wire))), 0}
	}
	lowered := make([]Wire, 0, len(values))
	for _, value := range values {
		lowered = append(lowered, one(value))
	}
	returned = append(returned, lowered)
	return reference{uint32(uintptr(unsafe.Pointer(&lowered[0]))), uint32(len(values))}
}

// option is an option<…>, and variant a variant whose cases have at most one kind of value. What follows the first
// byte begins where the value's alignment allows, in Go as in the component model.
type option[T any] struct {
	isSome bool
	value  T
}

type variant[T any] struct {
	tag   uint8
	value T
}

func some[T any](value T) option[T] { return option[T]{true, value} }

// An empty text is absent.
func lowerOptional(value string) option[reference] {
	return option[reference]{value != "", lowerText(value)}
}

func liftOptional(from option[reference]) string {
	if !from.isSome {
		return ""
	}
	return text(from.value)
}
