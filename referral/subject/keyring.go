package subject

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
)

// A Key makes pseudonyms during a period. It is never printed.
type Key struct {
	ID     string              // letters and digits; it stands in every pseudonym
	Secret sp.Personal[[]byte] // 32 bytes or more, from a source of randomness fit for keys
	During sp.Period
}

// A Keyring holds the keys of one scheme. A pseudonym names its key, so that keys rotate:
// a new one makes new pseudonyms, and those of an old one are still recognised as long as
// it is there. Without the key nobody can tell whose a pseudonym is.
type Keyring struct{ Keys []Key }

const fewestBytes = 32

// Pseudonym returns the name of a person in one project, such as "k2-4QZX...". It differs
// from project to project, so that two of them cannot be joined. It fails with
// [sp.ErrInvalid] if no key holds on that day, or if that of the day is too short.
func (k Keyring) Pseudonym(of person.ID, project string, on sp.Date) (string, error) {
	for _, key := range slices.Backward(k.Keys) {
		if key.During.Contains(on) {
			return key.name(of, project)
		}
	}
	return "", sp.Invalid("subject: pseudonym", "key", sp.Untimely, "must hold on that day: every key has expired, or none has begun")
}

func (key Key) name(of person.ID, project string) (string, error) {
	e := &sp.InvalidError{Subject: "subject: pseudonym"}
	e.Check(sp.ValidCode(key.ID) && !strings.Contains(key.ID, "-"), "key.id", sp.Malformed, "must be a code without a hyphen")
	e.Check(len(key.Secret.Reveal()) >= fewestBytes, "key.secret", sp.WrongLength, "must have 32 bytes or more")
	e.CheckID(project, "project")
	e.CheckPersonID(string(of), "person")
	if err := e.Err(); err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, key.Secret.Reveal())
	mac.Write([]byte(strconv.Itoa(len(project)) + ":" + project + string(of)))
	return key.ID + "-" + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(mac.Sum(nil)[:20]), nil
}

// Is reports whether a pseudonym is that of a person in a project, by the key that it
// names, also one that makes no more. It is unknown if the key is gone.
func (k Keyring) Is(pseudonym string, of person.ID, project string) sp.Truth {
	id, _, _ := strings.Cut(pseudonym, "-")
	i := slices.IndexFunc(k.Keys, func(key Key) bool { return key.ID == id })
	if i < 0 {
		return sp.Unknown
	}
	name, err := k.Keys[i].name(of, project)
	if err != nil {
		return sp.Unknown
	}
	return sp.TruthOf(hmac.Equal([]byte(name), []byte(pseudonym)))
}

// Rotated returns, for people whose pseudonyms a project holds, the new name for each old
// one, so that what it holds can be renamed once and the old key destroyed. Old names that
// no key here has made are not among them.
func (k Keyring) Rotated(people []person.ID, project string, old string, on sp.Date) (map[string]string, error) {
	i := slices.IndexFunc(k.Keys, func(key Key) bool { return key.ID == old })
	if i < 0 {
		return nil, sp.Invalid("subject: rotate pseudonyms", "old", sp.NotListed, "must be a key of this ring")
	}
	names := make(map[string]string, len(people))
	for _, of := range people {
		was, err := k.Keys[i].name(of, project)
		if err != nil {
			return nil, err
		}
		if names[was], err = k.Pseudonym(of, project, on); err != nil {
			return nil, err
		}
	}
	return names, nil
}
