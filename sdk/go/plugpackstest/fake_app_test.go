package plugpackstest

import (
	"slices"
	"testing"
)

func TestGlobsMatchAsInTheHost(t *testing.T) {
	app := New().File("a.txt", "").File("b/a.txt", "").File("b/c/a.md", "").File("b.txt", "x=1")
	for glob, expected := range map[string][]string{
		"*.txt":           {"a.txt", "b.txt"},
		"**/*.txt":        {"a.txt", "b/a.txt", "b.txt"},
		"b/**":            {"b/a.txt", "b/c/a.md"},
		"{a,b}.{txt,md}":  {"a.txt", "b.txt"},
		"[!a].txt":        {"b.txt"},
		"?/?/*":           {"b/c/a.md"},
		"nothing (at all": nil,
	} {
		found, problem := app.FindFiles(glob)
		if problem != nil || !slices.Equal(found, expected) {
			t.Errorf("%s: %v, %v", glob, found, problem)
		}
	}
	occurrence, problem := app.Search("*.txt", `(\w)=(\d)|(y)`)
	if problem != nil || occurrence.Path != "b.txt" || *occurrence.Groups[2] != "1" || occurrence.Groups[3] != nil {
		t.Error(occurrence, problem)
	}
}

func TestPathsStayInTheApp(t *testing.T) {
	app := New().File("a/b", "text")
	if text, problem := app.ReadText("./a/../a/b"); text != "text" || problem != nil {
		t.Error(text, problem)
	}
	for _, path := range []string{"../a", "/a/b", "a/../../b"} {
		if _, problem := app.ReadText(path); problem == nil {
			t.Error(path)
		}
	}
}
