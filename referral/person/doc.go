// Package person is about who is served.
package person
