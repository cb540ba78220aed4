package app

import (
	"cmp"

	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/seal"
)

// Keys keep a secret for each person, apart from the database; a KeyFolder keeps them as files.
type (
	Keys      = seal.Keys
	KeyFolder = seal.Folder
)

// whose says under whose key a record is sealed: that of the person it is about, or the
// scheme's own.
func whose(r store.Record) string { return cmp.Or(string(subject.Whose(r)), "scheme") }

// termPerson is the term by which records say whose they are.
const termPerson = "person"
