using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace Turnstile.Api.Accept;

/// <summary>Describes a parameter of the query where the endpoint reads the query itself.</summary>
internal sealed class QueryParameter(ParameterInfo parameter, bool isOptional) : IParameterBindingMetadata
{
    public string Name => parameter.Name!;

    public bool HasTryParse => true;

    public bool HasBindAsync => false;

    public ParameterInfo ParameterInfo => parameter;

    public bool IsOptional => isOptional;
}
