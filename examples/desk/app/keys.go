package app

import (
	"cmp"

	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
)

// whose says under whose key a record is sealed: that of the person it is about, or the
// scheme's own.
func whose(r store.Record) string { return cmp.Or(string(subject.Whose(r)), "scheme") }
