// Prints what gopacket's tcpassembly makes of a classic pcap file, a JSON object an event, and calls FlushAll at its end.
//
//	reference FILE [MaxBufferedPagesPerConnection [MaxBufferedPagesTotal [FLUSH_AGE_MS]]]
//
// With FLUSH_AGE_MS, FlushOlderThan is called after each packet with which packet time passes a multiple of one second.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"
	"strconv"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
	"github.com/google/gopacket/tcpassembly"
)

// event is one Reassembly, or the completion of a stream.
type event struct {
	Flow     string `json:"flow"`
	Complete bool   `json:"complete"`
	Skip     int    `json:"skip"`
	Start    bool   `json:"start"`
	End      bool   `json:"end"`
	Seen     int64  `json:"seen"` // microseconds
	Bytes    string `json:"bytes"`
}

type printer struct{ out *json.Encoder }

func (p printer) New(network, transport gopacket.Flow) tcpassembly.Stream {
	ends := [2]string{endpoint(network.Src(), transport.Src()), endpoint(network.Dst(), transport.Dst())}
	return &stream{flow: ends[0] + "->" + ends[1], out: p.out}
}

func endpoint(address, port gopacket.Endpoint) string {
	if address.EndpointType() == layers.EndpointIPv6 {
		return "[" + address.String() + "]:" + port.String()
	}
	return address.String() + ":" + port.String()
}

type stream struct {
	flow string
	out  *json.Encoder
}

func (s *stream) Reassembled(chunks []tcpassembly.Reassembly) {
	for _, c := range chunks {
		bytes := base64.StdEncoding.EncodeToString(c.Bytes)
		s.print(event{Skip: c.Skip, Start: c.Start, End: c.End, Seen: c.Seen.UnixNano() / 1000, Bytes: bytes})
	}
}

func (s *stream) ReassemblyComplete() { s.print(event{Complete: true}) }

func (s *stream) print(e event) {
	e.Flow = s.flow
	if err := s.out.Encode(e); err != nil {
		log.Fatal(err)
	}
}

func number(index int) int {
	if len(os.Args) <= index {
		return 0
	}
	n, err := strconv.Atoi(os.Args[index])
	if err != nil {
		log.Fatal(err)
	}
	return n
}

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	reader, err := pcapgo.NewReader(bufio.NewReaderSize(file, 1<<20))
	if err != nil {
		log.Fatal(err)
	}
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer out.Flush()
	assembler := tcpassembly.NewAssembler(tcpassembly.NewStreamPool(printer{json.NewEncoder(out)}))
	assembler.MaxBufferedPagesPerConnection = number(2)
	assembler.MaxBufferedPagesTotal = number(3)
	age := time.Duration(number(4)) * time.Millisecond
	var newest, flushed int64
	for {
		data, info, err := reader.ReadPacketData()
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			log.Fatal(err)
		}
		packet := gopacket.NewPacket(data, reader.LinkType(), gopacket.DecodeOptions{NoCopy: true})
		tcp, isTcp := packet.TransportLayer().(*layers.TCP)
		if packet.NetworkLayer() == nil || !isTcp {
			continue
		}
		assembler.AssembleWithTimestamp(packet.NetworkLayer().NetworkFlow(), tcp, info.Timestamp)
		if age == 0 {
			continue
		}
		if t := info.Timestamp.UnixNano(); t > newest {
			newest = t
		}
		if second := newest / int64(time.Second); second > flushed {
			if flushed > 0 {
				assembler.FlushOlderThan(time.Unix(0, newest).Add(-age))
			}
			flushed = second
		}
	}
	assembler.FlushAll()
}
