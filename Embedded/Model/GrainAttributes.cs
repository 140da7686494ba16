using System.Globalization;

namespace Orleans
{
    /// <summary>The response timeout of one interface method, in place of the configured one.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class ResponseTimeoutAttribute(string timeout) : Attribute
    {
        public TimeSpan? Timeout { get; init; } = TimeSpan.Parse(timeout, CultureInfo.InvariantCulture);
    }

    /// <summary>How long an activation of this class may be idle before it is deactivated; at least a minute.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public class CollectionAgeLimitAttribute : Attribute
    {
        /// <summary>The shortest age that days, hours and minutes can give.</summary>
        public static readonly TimeSpan MinAgeLimit = TimeSpan.FromMinutes(1);

        private readonly TimeSpan? _exact;

        public CollectionAgeLimitAttribute()
        {
        }

        /// <param name="inactivityPeriod">A time span such as <c>00:05:00</c>, taken as it is.</param>
        public CollectionAgeLimitAttribute(string inactivityPeriod) =>
            _exact = TimeSpan.Parse(inactivityPeriod, CultureInfo.InvariantCulture);

        public double Days { get; set; }

        public double Hours { get; set; }

        public double Minutes { get; set; }

        /// <summary>Never collected.</summary>
        public bool AlwaysActive { get; set; }

        public TimeSpan AgeLimit => AlwaysActive ? TimeSpan.FromDays(short.MaxValue) : _exact ?? AtLeastMinimum();

        private TimeSpan AtLeastMinimum()
        {
            TimeSpan sum = TimeSpan.FromDays(Days) + TimeSpan.FromHours(Hours) + TimeSpan.FromMinutes(Minutes);
            return sum < MinAgeLimit ? MinAgeLimit : sum;
        }
    }

    /// <summary>Activations of this class are never collected for idleness.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public class KeepAliveAttribute : Attribute;

    /// <summary>The grain type of a class, in place of its name without "Grain" in lower case.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class GrainTypeAttribute(string grainType) : Attribute
    {
        public string GrainType { get; } = grainType;
    }
}

namespace Orleans.CodeGeneration
{
    /// <summary>How a call is run; from the attributes of its interface method.</summary>
    [Flags]
    public enum InvokeMethodOptions
    {
        None = 0,
        OneWay = 1,
        ReadOnly = 2,
        AlwaysInterleave = 4,
    }
}
