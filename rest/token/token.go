// Package token makes texts that travel through other people's hands - the session of a
// browser, a link in an e-mail, a form - and come back unread, unchanged and in time, so that
// a service keeps nothing of them, and a restart signs nobody out.
//
//	keys, err := token.NewKeys(secret)             // and older ones, until what they sealed has ended
//	links := token.For[Link](keys, "link")         // opens as nothing else
//	text, err := links.Seal(Link{Placement: "PL-1"}, until)
//	link, err := links.Open(text, now)             // token.ErrUnknown, token.ErrEnded, or what was sealed
//
// A token is sealed by AES-256-GCM with a random nonce. Nobody without the key reads it, alters
// it, moves its end, or passes one of a purpose off as one of another; the time that a refusal
// takes tells nothing of how close a forged token came. A token uses the alphabet of URLs, and is
// some third longer than the JSON of what it holds.
//
// A token cannot be taken back before its end; a service that has to do that asks [Ended] for
// an ID that stands in it. A token can be used several times: what must happen once needs a
// command with a key ([sp.Stamp.Under]). Of a person, put nothing into a token but IDs: their
// data would be with whoever has the key, after they were erased here. A [sp.Personal] comes
// back redacted.
package token

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
)

// KeySize is how many random bytes a key has.
const KeySize = 32

// Why a token does not open. Whoever holds one may be told that its time is over. Why
// another was never good is not said, since that would help only a forger.
var (
	ErrUnknown = fmt.Errorf("token: it is not one of ours: %w", sp.ErrNotFound)
	ErrEnded   = fmt.Errorf("token: its time is over: %w", sp.ErrDenied)
)

// Keys seal tokens. The newest seals, all of them open: a key is replaced by putting a new
// one in front, and dropped once all that it sealed has ended. Each is good for 2^32 tokens.
type Keys struct {
	sealers []cipher.AEAD
}

// NewKeys returns Keys, the newest first, of [KeySize] random bytes each.
func NewKeys(newest []byte, older ...[]byte) (*Keys, error) {
	var keys Keys
	for i, secret := range append([][]byte{newest}, older...) {
		if len(secret) != KeySize {
			return nil, sp.Invalid("keys of tokens", fmt.Sprintf("[%d]", i), sp.WrongLength, fmt.Sprintf("must have %d random bytes", KeySize))
		}
		block, err := aes.NewCipher(secret)
		if err != nil {
			return nil, fmt.Errorf("token: key %d: %w", i, err)
		}
		sealer, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			return nil, fmt.Errorf("token: key %d: %w", i, err)
		}
		keys.sealers = append(keys.sealers, sealer)
	}
	return &keys, nil
}

// A Purpose makes and opens the tokens of one purpose, each of which holds a T.
type Purpose[T any] struct {
	keys *Keys
	name string
}

// For returns the purpose with a name. It does not open tokens of another purpose.
func For[T any](keys *Keys, name string) Purpose[T] { return Purpose[T]{keys, name} }

// sealed is what stands in a token.
type sealed[T any] struct {
	Until time.Time `json:"until"`
	Value T         `json:"value"`
}

// Seal returns a token that holds v, and opens before a time. No two are the same.
func (p Purpose[T]) Seal(v T, until time.Time) (string, error) {
	plain, err := json.Marshal(sealed[T]{until, v})
	if err != nil {
		return "", fmt.Errorf("token: seal %s: %w", p.name, err)
	}
	return base64.RawURLEncoding.EncodeToString(p.keys.sealers[0].Seal(nil, nil, plain, []byte(p.name))), nil
}

// Open returns what a token holds. The error is [ErrEnded] from its end on, and otherwise
// [ErrUnknown], also where it holds what a T has no field for: nothing of it is left out.
func (p Purpose[T]) Open(token string, at time.Time) (v T, err error) {
	data, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || strings.ContainsAny(token, "\r\n") { // which the decoder passes over
		return v, ErrUnknown
	}
	plain, err := p.keys.open(data, p.name)
	if err != nil {
		return v, ErrUnknown
	}
	var s sealed[T]
	read := json.NewDecoder(bytes.NewReader(plain))
	read.DisallowUnknownFields()
	if read.Decode(&s) != nil { // of a version of the service with another T
		return v, ErrUnknown
	}
	if !at.Before(s.Until) {
		return v, ErrEnded
	}
	return s.Value, nil
}

// open opens by any of the keys.
func (k *Keys) open(data []byte, purpose string) ([]byte, error) {
	for _, sealer := range k.sealers {
		if plain, err := sealer.Open(nil, nil, data, []byte(purpose)); err == nil {
			return plain, nil
		}
	}
	return nil, errors.New("no key opens it")
}
