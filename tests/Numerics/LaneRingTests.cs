using System.Numerics;

namespace Turnstile.Numerics.Tests;

public sealed unsafe class LaneRingTests
{
    /// <summary>Every way this machine has, which are the slower ones too, for numbers of so many bits.</summary>
    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var products in Enum.GetValues<LaneProducts>().Where(way => way >= LaneRing.FastestProducts))
                foreach (var bits in new[] { 40, 100, 101, 150, 152, 200, 400, 1_000 })
                    cases.Add(products.ToString(), bits);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Eight_residues_behave_as_integers_modulo_the_number(string products, int bits)
    {
        var random = new Random(bits);
        for (var i = 0; i < 50; i++)
        {
            var modulus = Number(random, bits) | (BigInteger.One << (bits - 1)) | 1;
            var ring = new LaneRing(modulus, Enum.Parse<LaneProducts>(products));
            using var memory = new AlignedArray<long>(3 * ring.Words);
            var (x, y) = (new BigInteger[LaneRing.Lanes], new BigInteger[LaneRing.Lanes]);
            for (var lane = 0; lane < LaneRing.Lanes; lane++)
            {
                x[lane] = Number(random, bits) % modulus;
                y[lane] = lane == 0 ? modulus - 1 : Number(random, bits) % modulus;
                ring.Set(memory.Pointer, lane, x[lane]);
                ring.Set(memory.Pointer + ring.Words, lane, y[lane]);
            }

            var a = new Element(memory.Pointer);
            var b = new Element(memory.Pointer + ring.Words);
            var c = new Element(memory.Pointer + (2 * ring.Words));
            ring.Multiply(a.Limbs, b.Limbs, c.Limbs);
            Check(ring, c, lane => x[lane] * y[lane]);
            ring.Add(c.Limbs, a.Limbs, c.Limbs);
            Check(ring, c, lane => (x[lane] * y[lane]) + x[lane]);
            ring.Subtract(a.Limbs, b.Limbs, c.Limbs);
            Check(ring, c, lane => x[lane] - y[lane]);
            ring.Multiply(c.Limbs, c.Limbs, c.Limbs);
            Check(ring, c, lane => BigInteger.Pow(x[lane] - y[lane], 2));
            for (var round = 0; round < 20; round++)
                ring.Multiply(c.Limbs, c.Limbs, c.Limbs);
            Check(ring, c, lane => BigInteger.ModPow(x[lane] - y[lane], BigInteger.One << 21, modulus));
        }
    }

    private static void Check(LaneRing ring, Element element, Func<int, BigInteger> expected)
    {
        var radix = BigInteger.One << (52 * ring.Limbs52);
        for (var lane = 0; lane < LaneRing.Lanes; lane++)
        {
            var value = expected(lane) % ring.Modulus;
            value = (value + ring.Modulus) * radix % ring.Modulus;
            Assert.Equal(value, ring.Raw(element.Limbs, lane) % ring.Modulus);
        }
    }

    private static BigInteger Number(Random random, int bits)
    {
        var bytes = new byte[(bits + 7) / 8];
        random.NextBytes(bytes);
        return new BigInteger(bytes, isUnsigned: true) & ((BigInteger.One << bits) - 1);
    }

    private readonly struct Element(long* limbs)
    {
        public long* Limbs { get; } = limbs;
    }
}
