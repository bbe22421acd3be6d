package plugpacks

import "unsafe"

// What a call hands over: a value, or a failure in its place.

type failed struct {
	isFailure bool
	failure   wireFailure
}

type detected struct {
	isFailure bool
	value     struct {
		_          [0]uint32
		recognised bool
	}
}

type planned struct {
	isFailure bool
	plan      option[wirePlan]
}

//go:wasmexport plugpacks:provider/provider-guest@0.1.0#describe
func exportDescribe(edition unsafe.Pointer, length uint32) unsafe.Pointer {
	name := text(reference{uint32(uintptr(edition)), length})
	received, returned = nil, nil
	return hand(lowerDescription(provider().Describe(name)))
}

//go:wasmexport plugpacks:provider/provider-guest@0.1.0#detect
func exportDetect() unsafe.Pointer {
	recognised, failure := guarded(provider().Detect)
	if failure != nil {
		return hand(failed{true, lowerFailure(failure)})
	}
	result := detected{}
	result.value.recognised = recognised
	return hand(result)
}

//go:wasmexport plugpacks:provider/provider-guest@0.1.0#plan
func exportPlan() unsafe.Pointer {
	plan, failure := guarded(provider().Plan)
	switch {
	case failure != nil:
		return hand(failed{true, lowerFailure(failure)})
	case plan == nil:
		return hand(planned{})
	default:
		return hand(planned{plan: some(lowerPlan(plan))})
	}
}

func provider() Provider {
	if registered == nil {
		panic("no provider: an init function has to call plugpacks.Register")
	}
	return registered
}

// guarded calls into the provider; a panic there becomes a failure.
func guarded[T any](call func(*Context) (T, error)) (result T, failure *Failure) {
	returned = nil
	defer func() {
		if value := recover(); value != nil {
			failure = panicked(value)
		}
	}()
	result, err := call(NewContext(imports{}))
	if err != nil {
		failure = failureOf(err)
	}
	return result, failure
}

// hand keeps the record that a call returns, and says where it is.
func hand[T any](record T) unsafe.Pointer {
	kept := &record
	returned = append(returned, kept)
	return unsafe.Pointer(kept)
}
