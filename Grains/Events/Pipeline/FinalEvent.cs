using System.Text.Encodings.Web;
using System.Text.Json;
using Turnstile.Events;

namespace Turnstile.Grains.Events.Pipeline;

/// <summary>An event with everything that was found out about it, ready to be counted and logged.</summary>
internal sealed record FinalEvent(ReceivedEvent Received, EuroAmount Euro, Player? Player, string Description)
{
    // The line is for logs and JSON readers, never put into a page as it is: quotes and apostrophes may stay readable.
    public static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private static readonly JsonEncodedText[] Types =
    [
        JsonEncodedText.Encode("game_start"), JsonEncodedText.Encode("bet"),
        JsonEncodedText.Encode("deposit"), JsonEncodedText.Encode("game_stop"),
    ];

    /// <summary>Writes the event as one JSON object: the keys of the input, then the enriched ones.</summary>
    public void Write(Utf8JsonWriter json)
    {
        CasinoEvent source = Received.Event;
        json.WriteStartObject();
        json.WriteNumber("id"u8, source.Id);
        json.WriteNumber("player_id"u8, source.PlayerId);
        json.WriteNumber("game_id"u8, source.GameId);
        json.WriteString("type"u8, Types[(int)source.Type]);
        if (source.Amount is { } amount)
        {
            json.WriteNumber("amount"u8, amount);
            json.WriteString("currency"u8, source.Currency);
        }
        else
        {
            json.WriteNull("amount"u8);
            json.WriteNull("currency"u8);
        }

        json.WriteBoolean("has_won"u8, source.HasWon);
        json.WriteString("created_at"u8, source.CreatedAt.UtcDateTime);
        json.WriteString("received_at"u8, Received.ReceivedAt.UtcDateTime);
        WriteEuro(json);
        WritePlayer(json);
        json.WriteString("description"u8, Description);
        json.WriteEndObject();
    }

    private void WriteEuro(Utf8JsonWriter json)
    {
        if (Euro.Cents is { } cents)
        {
            json.WriteNumber("amount_eur"u8, cents);
        }
        else
        {
            json.WriteNull("amount_eur"u8);
        }

        if (Euro.Rate is { } rate)
        {
            json.WriteNumber("rate"u8, rate.Value);
            json.WriteString("rate_at"u8, rate.At.UtcDateTime);
            json.WriteBoolean("rate_stale"u8, rate.Stale);
        }
        else
        {
            json.WriteNull("rate"u8);
            json.WriteNull("rate_at"u8);
            json.WriteBoolean("rate_stale"u8, false);
        }
    }

    private void WritePlayer(Utf8JsonWriter json)
    {
        if (Player is null)
        {
            json.WriteNull("player"u8);
            return;
        }

        json.WriteStartObject("player"u8);
        json.WriteString("email"u8, Player.Email);
        json.WriteString("last_signed_in_at"u8, Player.LastSignedInAt);
        json.WriteEndObject();
    }
}
