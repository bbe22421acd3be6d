// Package pages has the pages, of which templ makes Go files.
package pages
