// Package printable says what of an ID may stand in an error or a log line.
package printable

import "github.com/socialprescribing/sp"

// ID returns an ID as it is, and "(malformed id)" for what is none: somebody may have
// typed a name instead, and errors and logs never hold personal data.
func ID[T ~string](id T) string {
	if !sp.ValidID(id) {
		return "(malformed id)"
	}
	return string(id)
}
