// Package examples holds runnable programs, one folder each. They are a module
// of their own, so that no user of the library downloads what only they need.
package examples
