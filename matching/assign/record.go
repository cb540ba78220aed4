package assign

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
)

// Form names the form of the records that this version writes and reads.
const Form = "sp.assign/1"

// A Record is a decision on a waiting list as it is kept and published: the list, the
// policy with its version and seed, who is where, and the proof. As JSON it is all that
// another program needs to check it, and it names people by the IDs of their requests alone.
type Record struct {
	Form    string   `json:"form"`
	Problem *Problem `json:"problem"`
	Result  *Result  `json:"result"`
	Digest  string   `json:"digest"` // SHA-256 of form, problem and result as JSON
}

// NewRecord returns the record of a result of a problem.
func NewRecord(p *Problem, r *Result) (Record, error) {
	rec := Record{Form: Form, Problem: p, Result: r}
	digest, err := rec.digest()
	rec.Digest = digest
	return rec, err
}

// ParseRecord reads a record from JSON. It fails if that is no record, or if the problem
// in it is wrong; [Record.Check] says whether what it says holds.
func ParseRecord(data []byte) (Record, error) {
	var rec Record
	if err := decode(data, &rec); err != nil {
		return Record{}, fmt.Errorf("assign: record: %w", err)
	}
	if rec.Problem == nil || rec.Result == nil {
		return Record{}, refuted("", "a record has a problem and a result")
	}
	return rec, nil
}

// Check returns nil if the record is unchanged since it was made and its result holds
// ([Verify]), and otherwise a [*RefutedError]. It does not solve anything.
func (r Record) Check() error {
	if r.Form != Form {
		return refuted("", "the record is of a form that this version does not know")
	}
	digest, err := r.digest()
	if err != nil {
		return err
	}
	if digest != r.Digest {
		return refuted("", "the record was changed: its digest is another")
	}
	return Verify(r.Problem, r.Result)
}

func (r Record) digest() (string, error) {
	h := sha256.New()
	for _, part := range []any{r.Form, r.Problem, r.Result} {
		if err := json.NewEncoder(h).Encode(part); err != nil {
			return "", fmt.Errorf("assign: record: %w", err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// decode decodes JSON without members that mean nothing here, and with nothing behind it.
func decode(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return refuted("", "something stands behind the record")
	}
	return nil
}

type problemJSON struct {
	Providers []Provider `json:"providers"`
	Requests  []Request  `json:"requests"`
}

// MarshalJSON writes providers and requests in order of their IDs.
func (p *Problem) MarshalJSON() ([]byte, error) {
	if p == nil {
		return []byte("null"), nil
	}
	providers := p.providers
	if providers == nil {
		providers = []Provider{}
	}
	requests := slices.AppendSeq([]Request{}, p.All())
	return json.Marshal(problemJSON{providers, requests})
}

// UnmarshalJSON reads what MarshalJSON writes, and fails as [New] does.
func (p *Problem) UnmarshalJSON(data []byte) error {
	var j problemJSON
	if err := decode(data, &j); err != nil {
		return err
	}
	q, err := New(j.Providers, slices.Values(j.Requests))
	if err != nil {
		return err
	}
	*p = *q
	return nil
}
