package geo_test

import (
	"fmt"

	"github.com/socialprescribing/sp/geo"
)

func ExamplePoint_DistanceTo() {
	morecambe := geo.Point{Lat: 54.0735, Lon: -2.8660}
	lancaster := geo.Point{Lat: 54.0466, Lon: -2.8007}
	distance, known := morecambe.DistanceTo(lancaster)
	fmt.Println(distance, known)
	_, known = morecambe.DistanceTo(geo.Point{})
	fmt.Println(known)
	// Output:
	// 5.2 km true
	// false
}
