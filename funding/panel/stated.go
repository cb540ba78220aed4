package panel

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
)

// Keys of META by which more is done than to keep them.
const (
	thresholdKey    = "min_project_score_threshold"
	defaultScoreKey = "default_score"
)

// mostGiven bounds the choices of all ballots together where those that they do
// not name are written into them.
const mostGiven = 20_000_000

// counted is what the ballots say about a project, and what the file says they do.
type counted struct {
	ballot       int       // that named it last, from 1
	votes, score int64     // ballots that name it, and their points
	stated       [2]string // the same as the file has them
}

func (c *counted) add(ballot int, points int64) {
	c.ballot = ballot
	c.votes++
	c.score = min(c.score+points, MaxPoints+1)
}

// amount reads an amount of money. A comma in front of exactly three digits parts
// thousands, and of one or two, decimals.
func (p *reader) amount(record, field, s string) (sp.Money, error) {
	plain, noted := plainAmount(s)
	if plain == "" {
		return sp.Money{}, sp.Invalid("amount", "", sp.Malformed, "must not have a point that may part thousands or decimals")
	}
	if len(plain) > 40 || strings.ContainsAny(plain, "eE") {
		return sp.Money{}, sp.Invalid("amount", "", sp.OutOfRange, costRule)
	}
	d, err := decimal.NewFromString(plain)
	if err != nil {
		return sp.Money{}, sp.Invalid("amount", "", sp.OutOfRange, costRule)
	}
	m, err := p.currency.Of(d, sp.Exact)
	if err == nil && noted {
		p.issue(sp.Note, record, field, "number-format", fmt.Sprintf("has separators of thousands, and is read as %v", m))
	}
	return m, err
}

// amountRule returns what an amount must be.
func amountRule(err error) string {
	if err != nil && strings.Contains(err.Error(), "may part") {
		return "must not have a point in front of three digits, which may part thousands or decimals"
	}
	return costRule
}

// plainAmount returns an amount without separators of thousands and with a point
// in front of its decimals, and whether it had some. It returns nothing for one that
// can be read in two ways.
func plainAmount(s string) (plain string, noted bool) {
	if strings.ContainsAny(s, " \u00A0\u202F") {
		s = strings.NewReplacer(" ", "", "\u00A0", "", "\u202F", "").Replace(s)
	}
	point, comma := strings.LastIndexByte(s, '.'), strings.LastIndexByte(s, ',')
	switch {
	case comma < 0 && point >= 0 && groups(s, "."):
		if strings.Count(s, ".") > 1 {
			return strings.ReplaceAll(s, ".", ""), true
		}
		return "", false
	case comma < 0:
		return s, false
	case point < 0 && groups(s, ","), point > comma && groups(s[:point], ","):
		return strings.ReplaceAll(s, ",", ""), true
	case point >= 0 && comma > point && groups(s[:comma], "."):
		return strings.ReplaceAll(s[:comma], ".", "") + "." + s[comma+1:], true
	case point < 0 && strings.Count(s, ",") == 1:
		return strings.Replace(s, ",", ".", 1), false
	default:
		return s, false // no number
	}
}

// groups reports whether a separator parts s into groups of three digits, but for
// the first of one to three, which does not begin with 0.
func groups(s, sep string) bool {
	parts := strings.Split(s, sep)
	first := strings.TrimLeft(parts[0], "+-")
	if len(parts) < 2 || len(first) < 1 || len(first) > 3 || first[0] == '0' {
		return false
	}
	for _, part := range parts[1:] {
		if len(part) != 3 {
			return false
		}
	}
	return true
}

// rules are what a file demands of its ballots and projects. A limit is nil where
// it demands nothing.
type rules struct {
	length, points, sumPoints [2]*int64 // at least, at most
	sumCost, cost             [2]*sp.Money
	costs                     map[ProjectID]int64 // in minor units; nil unless sums matter
}

// stated reads the rules of META, and the threshold.
func (p *reader) stated() rules {
	var r rules
	for i, least := range [...]string{"min_", "max_"} {
		r.length[i] = p.limit(least + "length")
		r.points[i] = p.limit(least + "points")
		r.sumPoints[i] = p.limit(least + "sum_points")
		r.sumCost[i] = p.price(least + "sum_cost")
		r.cost[i] = p.price(least + "project_cost")
	}
	if r.sumCost[0] != nil || r.sumCost[1] != nil {
		r.costs = map[ProjectID]int64{}
	}
	if least := p.limit(thresholdKey); least != nil {
		p.election.Threshold = *least
	}
	return r
}

// limit returns a whole number of META, or nil.
func (p *reader) limit(key string) *int64 {
	stated := p.meta(key)
	if stated == "" {
		return nil
	}
	n, err := strconv.ParseInt(strings.TrimSuffix(stated, ".0"), 10, 64)
	if err != nil || n < 0 {
		p.issue(sp.Warning, "", key, "bad-rule", "must be a whole number that is not negative; nothing is checked by it")
		return nil
	}
	return &n
}

// price returns an amount of META, or nil.
func (p *reader) price(key string) *sp.Money {
	stated := p.meta(key)
	if stated == "" {
		return nil
	}
	m, err := p.amount("", key, stated)
	if err != nil {
		p.issue(sp.Warning, "", key, "bad-rule", "must be an amount of money; nothing is checked by it")
		return nil
	}
	return &m
}

// price checks what a project may cost.
func (r *rules) price(p *reader, project Project) {
	if r.costs != nil {
		r.costs[project.ID] = project.Cost.Minor()
	}
	for i, limit := range r.cost {
		if limit != nil && project.Cost != *limit && (project.Cost.Minor() < limit.Minor()) == (i == 0) {
			p.issue(sp.Warning, string(project.ID), "cost", "against-rules", fmt.Sprintf("is %v, and must be %s %v", project.Cost, sides[i], *limit))
		}
	}
}

var sides = [...]string{"at least", "at most"}

// check reports where a ballot breaks the rules of the file. It counts all the same.
func (r *rules) check(p *reader, b Ballot) {
	against := func(limits [2]*int64, n int64, field, what string) {
		for i, limit := range limits {
			if limit != nil && n != *limit && (n < *limit) == (i == 0) {
				p.issue(sp.Warning, string(b.Voter), field, "against-rules", fmt.Sprintf("has %s of %d, and must have %s %d", what, n, sides[i], *limit))
			}
		}
	}
	against(r.length, int64(len(b.Choices)), "vote", "a number of projects")
	if p.election.Kind == Scoring || p.election.Kind == Cumulative {
		var sum int64
		for _, c := range b.Choices {
			sum = min(sum+c.Points, MaxPoints+1)
			against(r.points, c.Points, "points", "points for a project")
		}
		against(r.sumPoints, sum, "points", "a sum of points")
	}
	if r.costs == nil {
		return
	}
	var cost int64
	for _, c := range b.Choices {
		cost = min(cost+r.costs[c.Project], MaxCost+1)
	}
	for i, limit := range r.sumCost {
		if limit != nil && cost != limit.Minor() && (cost < limit.Minor()) == (i == 0) {
			p.issue(sp.Warning, string(b.Voter), "vote", "against-rules", fmt.Sprintf("is for projects that cost %v together, and must be for %s %v", sp.NewMoney(cost, p.currency), sides[i], *limit))
		}
	}
}

// finish compares what the file counts with what was read, gives default scores,
// and checks the whole.
func (p *reader) finish() error {
	if err := p.settle(); err != nil { // a file without projects
		return err
	}
	p.line = 0
	p.agrees("", "num_projects", p.meta("num_projects"), int64(len(p.election.Projects)))
	p.agrees("", "num_votes", p.meta("num_votes"), int64(len(p.election.Ballots)))
	for _, project := range p.election.Projects {
		c := p.projects[project.ID]
		p.agrees(string(project.ID), "votes", c.stated[0], c.votes)
		p.agrees(string(project.ID), "score", c.stated[1], c.score)
	}
	if err := p.giveDefault(); err != nil {
		return err
	}
	return p.election.Check()
}

// agrees reports where the file counts other than what was read.
func (p *reader) agrees(record, field, stated string, got int64) {
	if n, err := strconv.ParseInt(strings.TrimSuffix(stated, ".0"), 10, 64); stated != "" && (err != nil || n != got) {
		p.issue(sp.Warning, record, field, "count", fmt.Sprintf("does not agree with what was read, %d", got))
	}
}

// giveDefault gives the projects that a scoring ballot does not name the score
// that the file has for them.
func (p *reader) giveDefault() error {
	stated := p.meta(defaultScoreKey)
	if stated == "" || strings.Trim(stated, "0.") == "" {
		return nil
	}
	n, err := strconv.ParseInt(stated, 10, 64)
	if err != nil || n < 0 || n > MaxPoints || p.election.Kind != Scoring {
		p.issue(sp.Warning, "", defaultScoreKey, "not-applied", "is for scoring ballots and must be a whole number that is not negative; it is not applied")
		return nil
	}
	if len(p.election.Projects)*len(p.election.Ballots) > mostGiven {
		return &sp.InvalidError{Subject: "panel: read " + p.file, Fields: []sp.Field{{Path: defaultScoreKey, Code: sp.OutOfRange, Rule: "must not have to be given to more than 20,000,000 projects of all ballots"}}}
	}
	p.issue(sp.Note, "", defaultScoreKey, "default-score", fmt.Sprintf("the projects that a ballot does not name have %d points from it", n))
	for i := range p.election.Ballots {
		b := &p.election.Ballots[i]
		named := make(map[ProjectID]bool, len(b.Choices))
		for _, c := range b.Choices {
			named[c.Project] = true
		}
		for _, project := range p.election.Projects {
			if !named[project.ID] {
				b.Choices = append(b.Choices, Choice{Project: project.ID, Points: n})
			}
		}
	}
	return nil
}
