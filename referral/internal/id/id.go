// Package id holds the types of IDs that packages below name too: a session names its
// placement, whose package stands above it. Each is called by its alias in the package
// of what it names, such as placement.ID.
package id

// A Referral names a referral.
type Referral string

// A Placement names a placement.
type Placement string

// A Document names a letter or message that the embedding service keeps.
type Document string

// A Session names a session.
type Session string
