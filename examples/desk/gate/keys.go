package gate

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/socialprescribing/sp"
)

// KeySize is how many random bytes a key has.
const KeySize = 32

// errSealed says no more: why a token does not open helps only whoever made it up.
var errSealed = errors.New("gate: the token is not one of ours, or it has ended")

// Keys seal what travels through other people's hands. The newest seals, all of them
// open: a key is replaced by putting a new one in front, and dropped once all that it
// sealed has ended.
type Keys struct {
	sealers []cipher.AEAD
}

// NewKeys returns Keys, the newest first, of [KeySize] random bytes each.
func NewKeys(newest []byte, older ...[]byte) (*Keys, error) {
	var keys Keys
	for i, secret := range append([][]byte{newest}, older...) {
		if len(secret) != KeySize {
			return nil, sp.Invalid("gate keys", fmt.Sprintf("[%d]", i), sp.WrongLength, fmt.Sprintf("must have %d random bytes", KeySize))
		}
		block, err := aes.NewCipher(secret)
		if err != nil {
			return nil, err
		}
		sealer, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			return nil, err
		}
		keys.sealers = append(keys.sealers, sealer)
	}
	return &keys, nil
}

// seal returns v as a text that only open can read, and only for the same purpose.
func (k *Keys) seal(purpose string, v any) (string, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(k.sealers[0].Seal(nil, nil, plain, []byte(purpose))), nil
}

// open reads into v what seal wrote, by any of the keys.
func (k *Keys) open(purpose, token string, v any) error {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil {
		return errSealed
	}
	for _, sealer := range k.sealers {
		if plain, err := sealer.Open(nil, nil, sealed, []byte(purpose)); err == nil {
			return json.Unmarshal(plain, v)
		}
	}
	return errSealed
}
