package tables_test

import (
	"encoding/csv"
	"io"
	"strconv"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/economics"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/evaluation/tables"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/workforce"
)

// mayDay is the day of the vectors of records.
var mayDay = sp.NewDate(2026, time.May, 1)

// ofRows makes figures of the rows of a table.
func ofRows(figures func(rows []map[string]string) ([]evaluation.Figure, error)) func(io.Reader, map[string]int64) ([]evaluation.Figure, error) {
	return func(r io.Reader, _ map[string]int64) ([]evaluation.Figure, error) {
		lines, err := csv.NewReader(r).ReadAll()
		if err != nil {
			return nil, err
		}
		var rows []map[string]string
		for _, line := range lines[1:] {
			row := map[string]string{}
			for i, column := range lines[0] {
				row[column] = line[i]
			}
			rows = append(rows, row)
		}
		return figures(rows)
	}
}

func one(f evaluation.Figure, err error) ([]evaluation.Figure, error) {
	return []evaluation.Figure{f}, err
}

// whole reads a whole number; -1 where there is none.
func whole(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

func day(text string) (d sp.Date) {
	if text == "" {
		return 0
	}
	d, err := sp.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func amount(text string) sp.Money {
	m, err := sp.ParseMoney(text)
	if err != nil {
		panic(err)
	}
	return m
}

// listed are services of rows.
func listed(rows []map[string]string) (all []directory.Service) {
	for _, row := range rows {
		var s directory.Service
		s.ID, s.Status, s.Cost.Charge = directory.ID(row["service"]), directory.Status(row["status"]), directory.Charge(row["charge"])
		s.Freshness.Assured = day(row["assured"])
		all = append(all, s)
	}
	return all
}

// ofRecords are vectors of the directory, the team and questionnaires.
func ofRecords() map[string]vector {
	return map[string]vector{
		// 0, 1, 1 and 6 of 8: 2*(1*0+2*1+3*1+4*6)/(4*8) - 5/4.
		"referrer-concentration": {
			9, "the Gini coefficient of referrals over the practices on the list", "practice\nbay/hill\nbay/mill\nbay/quay\nbay/lane\n",
			map[string]int64{"bay/hill": 6, "bay/mill": 1, "bay/quay": 1, "dale/top": 2},
			ofList("practice", tables.ReferrerConcentration),
			[]string{"all: 0 of 4.0 is 0.562; not in the table 2"},
		},
		"free-to-use": {
			35, "services that charge nothing, a donation being no charge, of those that take people and say whether they charge",
			"service,status,charge\nS-1,active,free\nS-2,active,donation\nS-3,active,paid\nS-4,active,\nS-5,inactive,free\nS-6,,free\n",
			map[string]int64{},
			ofRows(func(rows []map[string]string) ([]evaluation.Figure, error) {
				return one(tables.FreeToUse(listed(rows)))
			}),
			[]string{"all: 2 of 3.0 is 0.667; not stated whether it charges 1, not stated whether it takes people 1"},
		},
		"directory-freshness": {
			57, "services assured 92 days ago or later on 2026-05-01, of those that take people, and the median of the days",
			"service,status,assured\nS-1,active,2026-01-29\nS-2,active,2026-01-28\nS-3,active,\nS-4,active,2026-04-30\nS-5,inactive,2026-05-01\nS-6,,2026-05-01\n",
			map[string]int64{},
			ofRows(func(rows []map[string]string) ([]evaluation.Figure, error) {
				return tables.Freshness(listed(rows), mayDay, 0)
			}),
			[]string{"all: 2 of 4.0 is 0.500; not stated whether it takes people 1", "all: 0 of 3.0 is 92.000; never assured 1, not stated whether it takes people 1"},
		},
		// Two of debt and one of grief: the entropy is ln 3 - 2/3 ln 2 = 0.637.
		"option-diversity": {
			59, "categories of need with two services or more that take people within 30 minutes, of debt, grief and housing",
			"area,category,service,minutes,open\nE01,debt,S-1,30,yes\nE01,debt,S-2,5,yes\nE01,grief,S-3,5,yes\nE01,grief,S-4,31,yes\nE01,grief,S-5,5,no\nE01,housing,S-6,,yes\nE01,housing,S-7,5,unknown\n",
			map[string]int64{},
			ofRows(func(rows []map[string]string) ([]evaluation.Figure, error) {
				var options []tables.Option
				for _, row := range rows {
					o := tables.Option{Area: row["area"], Category: row["category"], Service: directory.ID(row["service"]), Open: map[string]sp.Truth{"yes": sp.Yes, "no": sp.No}[row["open"]]}
					if n := whole(row["minutes"]); n >= 0 {
						o.Minutes = tables.Count(int64(n))
					}
					options = append(options, o)
				}
				all, err := tables.OptionDiversity([]string{"E01"}, []string{"debt", "grief", "housing"}, options, 0)
				if err != nil {
					return nil, err
				}
				entropy := all[0].Two
				entropy.LeftOut, entropy.Estimate = nil, stat.Estimate{Value: all[0].Diversity.Shannon, Numerator: float64(all[0].Diversity.Options), Denominator: float64(all[0].Diversity.Kinds)}
				return []evaluation.Figure{all[0].Two, entropy}, nil
			}),
			[]string{"E01: 1 of 2.0 is 0.500; not known whether there are two 1", "E01: 3 of 2.0 is 0.637"},
		},
		"capacity-used": {
			60, "places taken of all places, and providers without a free place, of those all of whose services stated their places on 2026-05-01",
			"provider,places,left\ngreen,10,0\ngreen,5,0\nblue,8,2\nred,4,\nred,3,4\n",
			map[string]int64{},
			ofRows(func(rows []map[string]string) ([]evaluation.Figure, error) {
				at := time.Date(2026, time.May, 1, 9, 0, 0, 0, time.UTC)
				var offers []directory.Offer
				for _, row := range rows {
					o := directory.Offer{}
					o.Organisation = directory.ID(row["provider"])
					o.Capacity = directory.Capacity{Maximum: sp.Know(whole(row["places"])), Updated: at}
					if n := whole(row["left"]); n >= 0 {
						o.Capacity.Available = sp.Know(n)
					}
					offers = append(offers, o)
				}
				return tables.Utilisation(offers, at)
			}),
			[]string{"all: 21 of 23.0 is 0.913; places not stated, or too long ago 2", "all: 1 of 2.0 is 0.500; places not stated, or too long ago 1"},
		},
		// ann 40 cases and ben 30 at half a post: 40 and 60.
		"load-by-pay-band": {
			51, "the mean of cases of average weight for each full-time equivalent, by pay band, on 2026-05-01",
			"worker,band,wte,points\nann,AfC-5,100,4000\nben,AfC-5,50,3000\ncy,AfC-5,100,\ndee,AfC-5,0,500\n",
			map[string]int64{},
			ofRows(func(rows []map[string]string) ([]evaluation.Figure, error) {
				points := map[workforce.WorkerID]int{}
				var team []workforce.Worker
				for _, row := range rows {
					team = append(team, workforce.Worker{ID: workforce.WorkerID(row["worker"]), Roles: []sp.Role{sp.RoleLinkWorker}, Employment: sp.Hide(workforce.Employment{
						WTE: whole(row["wte"]), PayBand: row["band"], Contract: sp.Period{Start: mayDay.Add(-100)},
					})})
					if n := whole(row["points"]); n >= 0 {
						points[workforce.WorkerID(row["worker"])] = n
					}
				}
				return tables.LoadByPayBand(team, points, mayDay)
			}),
			[]string{"all not stated: there are too few values for an interval; hours not stated 1, load not stated 1", "all AfC-5: 0 of 2.0 is 50.000"},
		},
		"privacy-concerns": {
			71, "privacy concerns for each 1,000 referrals of the same days", "concerns,referrals\n3,1500\n",
			map[string]int64{},
			ofRows(func(rows []map[string]string) ([]evaluation.Figure, error) {
				return one(tables.PrivacyConcerns(int64(whole(rows[0]["concerns"])), int64(whole(rows[0]["referrals"]))))
			}),
			[]string{"all: 3 of 1500.0 is 2.000"},
		},
		"response-rate": {
			48, "statements of a kind that somebody made, of those that they were asked for", "kind,speaker,asked\nexperience,person,40\ntrust,referrer,*\n",
			map[string]int64{"experience (person)": 10, "trust (referrer)": 3, "request (person)": 2},
			func(r io.Reader, counts map[string]int64) ([]evaluation.Figure, error) {
				s, err := tables.ReadSurveys(r, "table.csv", source)
				if err != nil {
					return nil, err
				}
				return tables.ResponseRates(s, counts)
			},
			[]string{"all experience (person): 10 of 40.0 is 0.250; said without being asked 2", "all trust (referrer): every case is left out; suppressed in the table 3"},
		},
	}
}

// ofContracts makes figures of contracts.
func ofContracts(figures func(*contract.Book) ([]evaluation.Figure, error)) func(io.Reader, map[string]int64) ([]evaluation.Figure, error) {
	return ofRows(func(rows []map[string]string) ([]evaluation.Figure, error) {
		var all []contract.Terms
		for _, row := range rows {
			all = append(all, contract.Terms{
				ID: contract.ID(row["contract"]), Provider: directory.ID(row["provider"]), Amount: amount(row["amount"]),
				Period: sp.Period{Start: day(row["first day"]), End: day(row["last day"]).Add(1)}, RenewalDecided: day(row["told"]),
			})
		}
		b, err := contract.NewBook(all)
		if err != nil {
			return nil, err
		}
		return figures(b)
	})
}

// ofMoney are vectors of money.
func ofMoney() map[string]vector {
	const contracts = "contract,provider,first day,last day,told,amount\n" +
		"C-1,green,2024-04-01,2024-09-30,2024-08-31,100.00 GBP\n" + // a month's notice, then a month without money
		"C-2,green,2024-11-01,2025-10-31,2025-06-01,100.00 GBP\n" +
		"C-3,blue,2024-04-01,2024-09-30,,100.00 GBP\n" + // nobody was told
		"C-4,red,2024-04-01,2026-03-31,2025-10-01,600.00 GBP\n"
	on := sp.NewDate(2026, time.March, 31)
	return map[string]vector{
		// green and red of three; blue ended.
		"provider-survival": {
			61, "providers still funded 365 days after their first contract began, a gap of 31 days or fewer being none, by Kaplan and Meier, on 2026-03-31", contracts,
			map[string]int64{},
			ofContracts(func(b *contract.Book) ([]evaluation.Figure, error) { return one(tables.ProviderSurvival(b, on, 0)) }),
			[]string{"all: 2 of 3.0 is 0.667"},
		},
		"contract-length": {
			62, "the median of the months, and the money in contracts of 24 months or more of all, in pence", contracts,
			map[string]int64{},
			ofContracts(tables.ContractLength),
			[]string{"all: 0 of 4.0 is 9.000", "all: 60000 of 90000.0 is 0.667"},
		},
		// green 183 + 365 of 579 days, blue 183, red 730: all but the 31 of October.
		"funding-continuity": {
			63, "days of providers with money, of all from their first to their last, on 2026-03-31", contracts,
			map[string]int64{},
			ofContracts(func(b *contract.Book) ([]evaluation.Figure, error) {
				return []evaluation.Figure{tables.Continuity(b, on)}, nil
			}),
			[]string{"all: 1461 of 1492.0 is 0.979"},
		},
		// 31, 153, 0 and 182 days.
		"notice": {
			64, "the median of the days from that on which the provider was told whether the contract is renewed to the first day without money, and contracts with fewer than 90, of those that ended by 2026-04-01; of whom nobody was told, none", contracts,
			map[string]int64{},
			ofContracts(func(b *contract.Book) ([]evaluation.Figure, error) { return tables.Notice(b, on.Add(1), on.Add(1)) }),
			[]string{"all: 0 of 4.0 is 92.000", "all: 2 of 4.0 is 0.500"},
		},
		// Twice the covariance of money and position over the mean: (3*1/6 + 2*3/6 + 1*5/6)/3 - 2*1/2.
		"funding-equity": {
			65, "the concentration index of money a head by deprivation, rank 1 being the most deprived", "area,people,rank,money\nA,100,1,300.00 GBP\nB,100,2,200.00 GBP\nC,100,3,100.00 GBP\nD,*,4,5.00 GBP\n",
			map[string]int64{},
			ofRows(func(rows []map[string]string) ([]evaluation.Figure, error) {
				p, amounts, rank := tables.Population{Source: source}, map[string]sp.Money{}, map[string]float64{}
				for _, row := range rows {
					people := tables.Suppressed()
					if n := whole(row["people"]); n >= 0 {
						people = tables.Count(int64(n))
					}
					p.Rows = append(p.Rows, tables.PopulationRow{Area: row["area"], People: people})
					amounts[row["area"]], rank[row["area"]] = amount(row["money"]), float64(whole(row["rank"]))
				}
				e, err := tables.FundingEquity(p, "", amounts, rank)
				return one(e.Concentration, err)
			}),
			[]string{"all: 0 of 3.0 is -0.222; suppressed in the table 1"},
		},
		// 300 of 1,000 less the 200 of which nobody knows.
		"voluntary-share": {
			66, "pence paid by funds to voluntary organisations: 300.00 GBP, and 200.00 GBP to others of which nobody knows, of all that the programme cost", "item,amount\nsalaries,400.00 GBP\ngrants,550.00 GBP\nsoftware,£50.00\n",
			map[string]int64{},
			func(r io.Reader, _ map[string]int64) ([]evaluation.Figure, error) {
				c, err := tables.ReadCosts(r, "table.csv", source)
				if err != nil {
					return nil, err
				}
				return one(tables.VoluntaryShare(c, grant.Passing{Fund: "F-1", Reached: sp.Pounds(550), VCSE: sp.Pounds(300), Unknown: sp.Pounds(200)}))
			},
			[]string{"all: 30000 of 80000.0 is 0.375; not known whether it is voluntary 20000"},
		},
		"cost-per-outcome": {
			68, "what was spent in all, with what partners spent, for each person who completed something, in pounds", "item,amount\nthe scheme,9000.00 GBP\npartners,3000.00 GBP\n",
			map[string]int64{"completed": 24, "people": 60},
			func(r io.Reader, counts map[string]int64) ([]evaluation.Figure, error) {
				c, err := tables.ReadCosts(r, "table.csv", source)
				if err != nil {
					return nil, err
				}
				total, err := c.Total()
				if err != nil {
					return nil, err
				}
				e, err := economics.CostPerOutcome(economics.Price{Amount: total, Year: 2026, Source: source}, float64(counts["completed"]), float64(counts["people"]), tables.Level)
				return []evaluation.Figure{{Estimate: e}}, err
			},
			[]string{"all: 12000 of 24.0 is 500.000"},
		},
	}
}
