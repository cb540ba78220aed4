// Package bay holds the directory of an invented seaside district, which several programs tell
// stories of.
package bay

import _ "embed" // of the files

var (
	//go:embed bay.json
	feed []byte
	//go:embed crosswalk.json
	crosswalk []byte
)

// Feed is its services, as Open Referral UK has them. It is not to be changed.
func Feed() []byte { return feed }

// Crosswalk leads from its topics, or from words, to needs. It is not to be changed.
func Crosswalk() []byte { return crosswalk }
