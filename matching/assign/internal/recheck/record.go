// Package recheck is a second program that checks the records of matching/assign. It
// reads their JSON and imports nothing of that package, nor anything else but the standard
// library, so that a mistake in one of the two is not a mistake in both. It is written after
// docs/assignment.md alone, and shows what a checker in another language needs: a few hundred lines.
//
// It does not say what is wrong with a record as well as assign.Verify does, and does not check
// what makes no difference to the decision, such as whether an ID has the form of one.
package recheck

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

type record struct {
	Form    string          `json:"form"`
	Problem json.RawMessage `json:"problem"`
	Result  json.RawMessage `json:"result"`
	Digest  string          `json:"digest"`
}

type problem struct {
	Providers []struct {
		ID     string `json:"id"`
		Places int64  `json:"places"`
		Parts  []part `json:"parts"`
	} `json:"providers"`
	Requests []request `json:"requests"`
}

type part struct {
	Places int64  `json:"places"`
	Group  string `json:"group"`
	Cost   int64  `json:"cost"`
}

type request struct {
	ID        string   `json:"id"`
	Person    string   `json:"person"`
	Class     int64    `json:"class"`
	Waited    int64    `json:"waited"`
	Bonus     int64    `json:"bonus"`
	Groups    []string `json:"groups"`
	Units     int64    `json:"units"`
	Held      string   `json:"held"`
	Pinned    string   `json:"pinned"`
	Forbidden []string `json:"forbidden"`
	Options   []struct {
		Provider string `json:"provider"`
		Cost     int64  `json:"cost"`
	} `json:"options"`
}

type policy struct {
	Version      string  `json:"version"`
	Seed         string  `json:"seed"`
	Ageing       []int64 `json:"ageing"`
	ClassWeights []int64 `json:"classWeights"`
	MovePenalty  int64   `json:"movePenalty"`
	Held         string  `json:"held"`
	Precedence   string  `json:"precedence"`
}

// A slot names a part of a provider: 0 is its open places.
type slot struct {
	Provider string `json:"provider"`
	Part     int    `json:"part"`
}

type result struct {
	Policy     policy `json:"policy"`
	Placements []struct {
		slot
		Request string `json:"request"`
		Cost    int64  `json:"cost"`
	} `json:"placements"`
	Refused []string `json:"refused"`
	Cost    int64    `json:"cost"`
	Score   int64    `json:"score"`
	Proof   struct {
		Parts []struct {
			slot
			Price  int64 `json:"price"`
			Tie    int64 `json:"tie"`
			Closed int64 `json:"closed"`
		} `json:"parts"`
		Households []struct {
			Request string `json:"request"`
			Why     node   `json:"why"`
		} `json:"households"`
		Arrangement *node `json:"arrangement"`
	} `json:"proof"`
	Unproven *struct {
		Refused []string `json:"refused"`
		Least   int64    `json:"least"`
	} `json:"unproven"`
}

// A node tells two cases apart, or ends one.
type node struct {
	Household string `json:"household"`
	At        *slot  `json:"at"`
	There     *node  `json:"there"`
	Elsewhere *node  `json:"elsewhere"`
	Within    []slot `json:"within"`
	Prices    []struct {
		slot
		Price int64 `json:"price"`
		Tie   int64 `json:"tie"`
	} `json:"prices"`
}

// Check returns nil if a record is unchanged since it was made, and its result is feasible, gives
// the places by strict priority, and costs the least of all placements of the same requests.
func Check(data []byte) error {
	var rec record
	if err := decode(data, &rec); err != nil {
		return err
	}
	sum := sha256.New()
	for _, member := range []json.RawMessage{json.RawMessage(`"` + rec.Form + `"`), rec.Problem, rec.Result} {
		var line bytes.Buffer
		if err := json.Compact(&line, member); err != nil {
			return err
		}
		line.WriteByte('\n')
		sum.Write(line.Bytes())
	}
	if rec.Form != "sp.assign/1" || rec.Digest != hex.EncodeToString(sum.Sum(nil)) {
		return errors.New("recheck: the record is of another form, or was changed")
	}
	c := checker{at: map[string]slot{}, room: map[slot]int64{}, part: map[slot]part{}, of: map[string][]slot{}}
	if err := errors.Join(decode(rec.Problem, &c.p), decode(rec.Result, &c.r)); err != nil {
		return err
	}
	for _, check := range []func() error{c.policy, c.read, c.line, c.arcs, c.placements, c.proof, c.households, c.who, c.where, c.arrangement} {
		if err := check(); err != nil {
			return fmt.Errorf("recheck: %w", err)
		}
	}
	return nil
}

func decode(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// policy checks that the policy is one.
func (c *checker) policy() error {
	p := c.r.Policy
	in := func(most int64) func(int64) bool { return func(n int64) bool { return n < 0 || n > most } }
	switch {
	case len(p.Version) > 200, len(p.Seed) > 1000, len(p.Ageing) > 100, len(p.ClassWeights) > 100,
		slices.ContainsFunc(p.Ageing, in(1_000_000)), slices.ContainsFunc(p.ClassWeights, in(1_000_000)),
		p.MovePenalty < -1 || p.MovePenalty > most, p.Held != "" && p.Held != "again", p.Precedence != "" && p.Precedence != "open":
		return errors.New("the policy is out of range")
	}
	return nil
}

// line puts the requests that are not pinned in line.
func (c *checker) line() error {
	type standing struct {
		key [4]int64
		r   *request
		// the lottery, by person
		ticket string
	}
	var line []standing
	for k := range c.p.Requests {
		r := &c.p.Requests[k]
		if r.Pinned != "" {
			continue
		}
		person := r.Person
		if person == "" {
			person = r.ID
		}
		mac := hmac.New(sha256.New, []byte(c.r.Policy.Seed))
		mac.Write([]byte(person))
		held := int64(1)
		if c.r.Policy.Held == "" && r.Held != "" {
			held = 0
		}
		line = append(line, standing{[4]int64{held, c.class(r), -r.Waited - r.Bonus, -r.Waited}, r, string(mac.Sum(nil)[:8])})
	}
	slices.SortFunc(line, func(x, y standing) int {
		if by := slices.Compare(x.key[:], y.key[:]); by != 0 {
			return by
		}
		if by := strings.Compare(x.ticket, y.ticket); by != 0 {
			return by
		}
		return strings.Compare(x.r.ID, y.r.ID)
	})
	c.rank = map[string]int64{}
	for k, s := range line {
		c.rank[s.r.ID] = int64(k)
	}
	return nil
}

// class is the class of a request after ageing.
func (c *checker) class(r *request) int64 {
	if a := c.r.Policy.Ageing; r.Class < int64(len(a)) && a[r.Class] > 0 {
		return max(0, r.Class-r.Waited/a[r.Class])
	}
	return r.Class
}
