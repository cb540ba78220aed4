package eventfile

import (
	"bytes"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/socialprescribing/sp/store"
)

// names are the texts of a file that stand in many lines, each held once.
type names map[string]string

// of returns a text. No log has many tenants, kinds and types, and one that makes them up takes no
// more room.
func (n names) of(text []byte) string {
	const most = 1000
	known, ok := n[string(text)]
	if !ok {
		known = string(text)
		if len(n) < most {
			n[known] = known
		}
	}
	return known
}

// plain reads a line that is written as [Write] writes it: the members in its order, without spaces
// and escapes. It is several times as fast as parse, to which all other lines are left, and reads none in another
// way than that does.
func (n names) plain(text []byte) (l line, ok bool) {
	p := pointer{rest: text, ok: true}
	p.pass(`{"v":1,"tenant":`)
	tenant := p.text()
	p.pass(`,"kind":`)
	kind := p.text()
	p.pass(`,"id":`)
	id := p.text()
	p.pass(`,"version":`)
	version := p.number()
	p.pass(`,"type":`)
	name := p.text()
	p.pass(`,"at":`)
	at := p.text()
	recorded := at
	if p.ok && bytes.HasPrefix(p.rest, []byte(`,"recorded":`)) {
		p.pass(`,"recorded":`)
		recorded = p.text()
	}
	p.pass(`,"data":`)
	data, closed := bytes.CutSuffix(p.rest, []byte("}"))
	if !p.ok || !closed || !isUTC(at) || !isUTC(recorded) || len(data) == 0 || data[0] != '{' || len(kind) == 0 || len(id) == 0 || len(name) == 0 {
		return l, false
	}
	l = line{Form: form, Version: version}
	if l.At.UnmarshalText(at) != nil || l.Recorded.UnmarshalText(recorded) != nil || l.At.IsZero() || !jsontext.Value(data).IsValid() {
		return l, false
	}
	l.Tenant, l.Kind, l.ID, l.Type, l.Data = n.of(tenant), n.of(kind), string(id), store.EventType(n.of(name)), bytes.Clone(data)
	return l, true
}

// A pointer goes through a line. Once something is not as it should be it is not ok, and stays so.
type pointer struct {
	rest []byte
	ok   bool
}

// pass passes over what comes next.
func (p *pointer) pass(what string) {
	if !p.ok || len(p.rest) < len(what) || string(p.rest[:len(what)]) != what {
		p.ok = false
		return
	}
	p.rest = p.rest[len(what):]
}

// text reads a text of ASCII without escapes.
func (p *pointer) text() []byte {
	p.pass(`"`)
	if !p.ok {
		return nil
	}
	for i, c := range p.rest {
		switch {
		case c == '"':
			text := p.rest[:i]
			p.rest = p.rest[i+1:]
			return text
		case c < ' ' || c == '\\' || c > '~':
			p.ok = false
			return nil
		}
	}
	p.ok = false
	return nil
}

// number reads a number from 1 on of at most 18 digits.
func (p *pointer) number() int64 {
	i := 0
	for i < len(p.rest) && '0' <= p.rest[i] && p.rest[i] <= '9' {
		i++
	}
	n, err := strconv.ParseInt(string(p.rest[:i]), 10, 64)
	p.ok = p.ok && err == nil && i <= 18 && p.rest[0] != '0'
	p.rest = p.rest[i:]
	return n
}

// isUTC reports whether a time is written as 2026-04-06T10:00:00Z, with parts of a second or without.
func isUTC(text []byte) bool {
	const shape = "0000-00-00T00:00:00"
	if len(text) <= len(shape) || text[len(text)-1] != 'Z' {
		return false
	}
	for i := range shape {
		if digit := isDigit(text[i]); digit != (shape[i] == '0') || !digit && text[i] != shape[i] {
			return false
		}
	}
	parts := text[len(shape) : len(text)-1]
	if len(parts) == 0 {
		return true
	}
	return parts[0] == '.' && len(parts) > 1 && len(bytes.TrimFunc(parts[1:], func(r rune) bool { return '0' <= r && r <= '9' })) == 0
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
