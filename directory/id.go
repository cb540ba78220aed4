package directory

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// An ID names an organisation, a service, a place or an offer. Feeds identify
// their records by strings of any shape that are unique within the feed at best,
// so an ID combines the name of the feed with that string: the same record of the
// same feed has the same ID on every import. IDs have at most 196 bytes, so they
// fit into the keys of every store.
type ID string

// Bytes of the two parts of an ID; that of a venue has two of each.
const (
	maxFeed   = 32
	maxSource = 64
)

// NewID returns the ID of the record that feed knows as source, such as
// "bay/S-12". Characters beside letters, digits, hyphen, dot and underscore are
// escaped as in a URL, and a name that is too long becomes a hash, so different
// records have different IDs.
func NewID(feed, source string) ID {
	return ID(escape(feed, maxFeed) + "/" + escape(source, maxSource))
}

// VenueID returns the ID of a service at a place, which is the ID of the [Venue]
// and of the [Offer] made from it: "bay/S-12@L-3" if both come from one feed.
func VenueID(service, place ID) ID {
	feed, _, _ := strings.Cut(string(service), "/")
	return service + "@" + ID(strings.TrimPrefix(string(place), feed+"/"))
}

// escape writes s with unusual bytes escaped, or "~" and a hash of it where that
// has more than limit bytes. What is escaped holds no "~", so the two cannot meet.
func escape(s string, limit int) string {
	if len(s) <= limit && isPlain(s) {
		return s
	}
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; plain(c) {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', hexDigits[c>>4], hexDigits[c&15]})
		}
	}
	if b.Len() <= limit {
		return b.String()
	}
	sum := sha256.Sum256([]byte(s))
	return "~" + hex.EncodeToString(sum[:])[:min(limit-1, 40)]
}

func isPlain(s string) bool {
	for i := range len(s) {
		if !plain(s[i]) {
			return false
		}
	}
	return true
}

func plain(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == '-' || c == '.' || c == '_'
}
